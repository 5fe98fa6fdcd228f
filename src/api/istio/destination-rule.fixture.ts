import { object } from '../object.fixture.ts';
import type { RawObject } from '../object.ts';

const PEER = { mode: 'MUTUAL', subjectAltNames: ['a'], sni: 'a', insecureSkipVerify: false };
const FILES = { ...PEER, clientCertificate: '/a', privateKey: '/b', caCertificates: '/c', caCrl: '/d' };
const SECRET = { ...PEER, credentialName: 'cert' };

/** Objects that together set every field of a DestinationRule. */
export const everyDestinationRuleField: readonly RawObject[] = [
  object('networking.istio.io/v1beta1', 'DestinationRule', {
    spec: {
      host: 'reviews.shop.svc.cluster.local',
      exportTo: ['*'],
      workloadSelector: { matchLabels: { app: 'web' } },
      trafficPolicy: trafficPolicy(FILES),
      subsets: [
        { name: 'v1', labels: { version: 'v1' }, trafficPolicy: trafficPolicy(FILES) },
        { name: 'v2', labels: { version: 'v2' }, trafficPolicy: trafficPolicy(SECRET) },
        ...loadBalancers().map((loadBalancer, i) => ({
          name: `lb${i}`,
          trafficPolicy: { loadBalancer, portLevelSettings: [{ port: { number: 80 }, loadBalancer }] },
        })),
      ],
    },
  }),
  object('networking.istio.io/v1', 'DestinationRule', {
    spec: { host: 'mail.example', trafficPolicy: trafficPolicy(SECRET) },
  }),
  ...loadBalancers().map((loadBalancer) =>
    object('networking.istio.io/v1alpha3', 'DestinationRule', {
      spec: {
        host: '*.example.com',
        trafficPolicy: { loadBalancer, portLevelSettings: [{ port: { number: 80 }, loadBalancer }] },
      },
    }),
  ),
];

function trafficPolicy(tls: object) {
  return {
    ...settings(tls),
    portLevelSettings: [{ port: { number: 80 }, ...settings(tls) }],
    tunnel: { protocol: 'CONNECT', targetHost: 'example.com', targetPort: 443 },
    proxyProtocol: { version: 'V2' },
    retryBudget: { percent: 20, minRetryConcurrency: 3, budgetInterval: '10s' },
  };
}

function settings(tls: object) {
  return {
    loadBalancer: { simple: 'LEAST_CONN', warmup: { duration: '60s', minimumPercent: 10, aggression: 1.5 } },
    connectionPool: {
      tcp: {
        maxConnections: 100,
        connectTimeout: '30ms',
        tcpKeepalive: { probes: 3, time: '7200s', interval: '75s' },
        maxConnectionDuration: '1h',
        idleTimeout: '1h',
      },
      http: {
        http1MaxPendingRequests: 1,
        http2MaxRequests: 1,
        maxRequestsPerConnection: 1,
        maxRetries: 1,
        idleTimeout: '1h',
        h2UpgradePolicy: 'UPGRADE',
        useClientProtocol: true,
        maxConcurrentStreams: 1,
        http2KeepAlive: { interval: '10s', timeout: '2s' },
      },
    },
    outlierDetection: {
      consecutiveErrors: 1,
      consecutive5xxErrors: 1,
      consecutiveGatewayErrors: 1,
      consecutiveLocalOriginFailures: 1,
      splitExternalLocalOriginErrors: true,
      interval: '1s',
      baseEjectionTime: '30s',
      maxEjectionPercent: 10,
      minHealthPercent: 50,
      outlierDetectionHttpErrorCodes: [429],
    },
    tls,
  };
}

function loadBalancers() {
  const failover = [{ from: 'eu', to: 'us' }];
  const failoverPriority = ['topology.kubernetes.io/region'];
  return [
    {
      consistentHash: { httpHeaderName: 'x-user', ringHash: { minimumRingSize: 1024 }, minimumRingSize: 1024 },
      localityLbSetting: { distribute: [{ from: 'eu/*', to: { 'eu/*': 80, 'us/*': 20 } }], enabled: true },
      warmupDurationSecs: '60s',
    },
    {
      consistentHash: {
        httpCookie: { name: 'user', path: '/', ttl: '0s', attributes: [{ name: 'SameSite', value: 'Lax' }] },
        maglev: { tableSize: 65_537 },
      },
      localityLbSetting: { failover, failoverPriority },
    },
    {
      consistentHash: { useSourceIp: true },
      zoneAwareLbSetting: { enabled: true, failover, failoverPriority, minClusterSize: 6 },
    },
    { consistentHash: { httpQueryParameterName: 'user' } },
  ];
}
