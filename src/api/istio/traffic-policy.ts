import type { z } from 'zod';
import { headerNameMistake, hostMistake } from '../names.ts';
import {
  type Deep,
  duration,
  flag,
  list,
  mapOf,
  number,
  object,
  oneOf,
  oneofRule,
  optional,
  portNumber,
  rule,
  text,
  wholeNumber,
  word,
} from '../vocabulary.ts';

const INT32 = 2_147_483_647;

const httpCookie = object({
  name: word(),
  path: optional(text()),
  ttl: optional(duration()),
  attributes: optional(list(object({ name: word(), value: optional(text()) }))),
});

const consistentHash = object({
  httpHeaderName: optional(text(headerNameMistake)),
  httpCookie: optional(httpCookie),
  useSourceIp: optional(flag()),
  httpQueryParameterName: optional(word()),
  ringHash: optional(object({ minimumRingSize: optional(wholeNumber(0, 8_388_608)) })),
  maglev: optional(object({ tableSize: optional(wholeNumber(0, 5_000_011)) })),
  /** Old name of ringHash.minimumRingSize. */
  minimumRingSize: optional(wholeNumber(0, 8_388_608)),
}).check(
  oneofRule(['httpHeaderName', 'httpCookie', 'useSourceIp', 'httpQueryParameterName'], 'exactly'),
  oneofRule(['ringHash', 'maglev'], 'at most'),
);

const failover = list(object({ from: optional(text()), to: optional(text()) }));

const localityLbSetting = object({
  distribute: optional(list(object({ from: optional(text()), to: optional(mapOf(wholeNumber(0, 100))) }))),
  failover: optional(failover),
  failoverPriority: optional(list(text())),
  enabled: optional(flag()),
}).check(
  oneofRule(['distribute', 'failover'], 'at most'),
  rule(({ distribute }) =>
    distribute?.flatMap(({ to = {} }, i) => {
      const sum = Object.values(to).reduce((total, share) => total + share, 0);
      return sum === 100 ? [] : [{ path: ['distribute', i, 'to'], message: `must add up to 100, not ${sum}` }];
    }),
  ),
);

const zoneAwareLbSetting = object({
  enabled: optional(flag()),
  failover: optional(failover),
  failoverPriority: optional(list(text())),
  minClusterSize: optional(wholeNumber()),
});

const SIMPLE = ['UNSPECIFIED', 'LEAST_CONN', 'RANDOM', 'PASSTHROUGH', 'ROUND_ROBIN', 'LEAST_REQUEST'] as const;

const loadBalancer = object({
  simple: optional(oneOf(SIMPLE)),
  consistentHash: optional(consistentHash),
  localityLbSetting: optional(localityLbSetting),
  zoneAwareLbSetting: optional(zoneAwareLbSetting),
  warmup: optional(
    object({
      duration: duration('positive'),
      minimumPercent: optional(number(0, 100)),
      aggression: optional(number(1, Number.MAX_VALUE)),
    }),
  ),
  /** Old name of warmup.duration. */
  warmupDurationSecs: optional(duration('positive')),
}).check(
  oneofRule(['simple', 'consistentHash'], 'at most'),
  oneofRule(['warmup', 'warmupDurationSecs'], 'at most'),
  oneofRule(['localityLbSetting', 'zoneAwareLbSetting'], 'at most'),
);

const connectionPool = object({
  tcp: optional(
    object({
      maxConnections: optional(wholeNumber(0, INT32)),
      connectTimeout: optional(duration('positive')),
      tcpKeepalive: optional(
        object({ probes: optional(wholeNumber()), time: optional(duration()), interval: optional(duration()) }),
      ),
      maxConnectionDuration: optional(duration('positive')),
      idleTimeout: optional(duration()),
    }),
  ),
  http: optional(
    object({
      http1MaxPendingRequests: optional(wholeNumber(0, INT32)),
      http2MaxRequests: optional(wholeNumber(0, INT32)),
      maxRequestsPerConnection: optional(wholeNumber(0, INT32)),
      maxRetries: optional(wholeNumber(0, INT32)),
      idleTimeout: optional(duration()),
      h2UpgradePolicy: optional(oneOf(['DEFAULT', 'DO_NOT_UPGRADE', 'UPGRADE'])),
      useClientProtocol: optional(flag()),
      maxConcurrentStreams: optional(wholeNumber(0, INT32)),
      http2KeepAlive: optional(
        object({ interval: optional(duration('positive')), timeout: optional(duration('positive')) }),
      ),
    }),
  ),
});

const outlierDetection = object({
  /** Old name of consecutiveGatewayErrors. */
  consecutiveErrors: optional(wholeNumber()),
  consecutive5xxErrors: optional(wholeNumber()),
  consecutiveGatewayErrors: optional(wholeNumber()),
  consecutiveLocalOriginFailures: optional(wholeNumber()),
  splitExternalLocalOriginErrors: optional(flag()),
  interval: optional(duration('positive')),
  baseEjectionTime: optional(duration('positive')),
  maxEjectionPercent: optional(wholeNumber(0, 100)),
  minHealthPercent: optional(wholeNumber(0, 100)),
  outlierDetectionHttpErrorCodes: optional(list(wholeNumber(100, 599))),
});

const clientTls = object({
  mode: optional(oneOf(['DISABLE', 'SIMPLE', 'MUTUAL', 'ISTIO_MUTUAL'])),
  clientCertificate: optional(text()),
  privateKey: optional(text()),
  caCertificates: optional(text()),
  caCrl: optional(text()),
  credentialName: optional(text()),
  subjectAltNames: optional(list(text())),
  sni: optional(text()),
  insecureSkipVerify: optional(flag()),
});

const perPort = {
  loadBalancer: optional(loadBalancer),
  connectionPool: optional(connectionPool),
  outlierDetection: optional(outlierDetection),
  tls: optional(clientTls),
};

/** https://istio.io/latest/docs/reference/config/networking/destination-rule/#TrafficPolicy */
export const trafficPolicy = object({
  ...perPort,
  portLevelSettings: optional(list(object({ port: object({ number: portNumber() }), ...perPort }))),
  tunnel: optional(
    object({
      protocol: optional(oneOf(['CONNECT', 'POST'])),
      targetHost: text(hostMistake),
      targetPort: portNumber(),
    }),
  ),
  proxyProtocol: optional(object({ version: optional(oneOf(['V1', 'V2'])) })),
  retryBudget: optional(
    object({
      percent: optional(number(0, 100)),
      minRetryConcurrency: optional(wholeNumber()),
      budgetInterval: optional(duration()),
    }),
  ),
});

export type IstioTrafficPolicy = Deep<z.infer<typeof trafficPolicy>>;
export type PortLevelSettings = NonNullable<IstioTrafficPolicy['portLevelSettings']>[number];
export type LoadBalancerSettings = Deep<z.infer<typeof loadBalancer>>;
export type ConsistentHash = Deep<z.infer<typeof consistentHash>>;
export type ConnectionPoolSettings = Deep<z.infer<typeof connectionPool>>;
export type OutlierDetectionSettings = Deep<z.infer<typeof outlierDetection>>;
export type ClientTlsSettings = Deep<z.infer<typeof clientTls>>;
