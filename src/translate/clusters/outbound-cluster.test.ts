import { expect, test } from 'vitest';
import type { ServicePort, TrafficPolicy } from '../../mesh/index.ts';
import { type Cluster, encode } from '../../proto/index.ts';
import { fakeEndpoint, fakeService } from '../fake-mesh.ts';
import { buildOutboundCluster, type OutboundCluster } from './outbound-cluster.ts';

const EMPTY: TrafficPolicy = {
  origin: undefined,
  loadBalancer: undefined,
  warmup: undefined,
  connectionPool: {},
  outlierDetection: undefined,
  proxyProtocol: undefined,
  tls: undefined,
};

const NO_SECURITY = {
  secrets: undefined,
  credentials: undefined,
  isAutomatic: true,
  identities: [],
  takesMtls: () => false,
  allTakeMtls: false,
  otherTls: {},
};

function cluster(over: Partial<OutboundCluster> = {}, policy: Partial<TrafficPolicy> = {}): Cluster {
  const { message } = buildOutboundCluster({
    service: fakeService('cart'),
    port: { number: 80, name: 'http', protocol: 'http' },
    subset: undefined,
    discovery: 'EDS',
    detectsProtocol: false,
    policy: { ...EMPTY, ...policy },
    rule: undefined,
    connectTimeoutMs: 10_000,
    endpoints: [],
    ...NO_SECURITY,
    ...over,
  });
  expect(encode('cds', message)).toMatchObject({ version: expect.any(String) });
  return JSON.parse(JSON.stringify(message)) as Cluster;
}

const HTTP_OPTIONS = 'envoy.extensions.upstreams.http.v3.HttpProtocolOptions';
const options = (built: Cluster) => built.typedExtensionProtocolOptions?.[HTTP_OPTIONS];
const port = (protocol: ServicePort['protocol']): Partial<OutboundCluster> => ({
  port: { number: 80, name: 'p', protocol },
});

test('a service without rules is found by EDS, unlimited, and balanced by least request', () => {
  const unlimited = 4_294_967_295;
  expect(cluster()).toEqual({
    name: 'outbound|80||cart.shop.svc.cluster.local',
    altStatName: 'outbound|80||cart.shop.svc.cluster.local;',
    type: 'EDS',
    edsClusterConfig: {
      serviceName: 'outbound|80||cart.shop.svc.cluster.local',
      edsConfig: { ads: {}, initialFetchTimeout: '0s', resourceApiVersion: 'V3' },
    },
    lbPolicy: 'LEAST_REQUEST',
    connectTimeout: '10s',
    circuitBreakers: {
      thresholds: [
        {
          maxConnections: unlimited,
          maxPendingRequests: unlimited,
          maxRequests: unlimited,
          maxRetries: unlimited,
          trackRemaining: true,
        },
      ],
    },
    commonLbConfig: { healthyPanicThreshold: { value: 0 } },
    metadata: {
      filterMetadata: {
        istio: { services: [{ host: 'cart.shop.svc.cluster.local', name: 'cart', namespace: 'shop' }] },
      },
    },
  });
});

test('metadata names the rule, the subset, and that a service is external', () => {
  const built = cluster({
    subset: 'v2',
    rule: 'networking.istio.io/DestinationRule/shop/cart' as never,
    service: fakeService('cart', { external: true }),
  });
  expect(built.name).toBe('outbound|80|v2|cart.shop.svc.cluster.local');
  expect(built.metadata?.filterMetadata?.istio).toMatchObject({
    config: '/apis/networking.istio.io/v1/namespaces/shop/destination-rule/cart',
    subset: 'v2',
    external: true,
  });
});

test.each<[string, Partial<TrafficPolicy>, Partial<Cluster>]>([
  ['round robin', { loadBalancer: { kind: 'round-robin' } }, { lbPolicy: 'ROUND_ROBIN' }],
  ['random', { loadBalancer: { kind: 'random' } }, { lbPolicy: 'RANDOM' }],
  [
    'a ring of the default size',
    { loadBalancer: { kind: 'ring-hash', key: { kind: 'source-ip' }, minimumRingSize: undefined } },
    { lbPolicy: 'RING_HASH', ringHashLbConfig: { minimumRingSize: 1024 } },
  ],
  [
    'maglev with a table size',
    { loadBalancer: { kind: 'maglev', key: { kind: 'source-ip' }, tableSize: 251 } },
    { lbPolicy: 'MAGLEV', maglevLbConfig: { tableSize: 251 } },
  ],
  [
    'warm-up',
    { warmup: { durationMs: 30_000, minimumPercent: 20, aggression: 2 } },
    {
      leastRequestLbConfig: {
        slowStartConfig: {
          slowStartWindow: '30s',
          aggression: { defaultValue: 2, runtimeKey: 'upstream.slow_start.aggression' },
          minWeightPercent: { value: 20 },
        },
      },
    },
  ],
  ['a connect timeout', { connectionPool: { connectTimeoutMs: 250 } }, { connectTimeout: '0.25s' }],
  [
    'TCP keepalive in whole seconds, never 0',
    { connectionPool: { tcpKeepalive: { probes: 3, timeMs: 7_200_000, intervalMs: 100 } } },
    { upstreamConnectionOptions: { tcpKeepalive: { keepaliveProbes: 3, keepaliveTime: 7200, keepaliveInterval: 1 } } },
  ],
  [
    'outlier detection that ejects only by what was asked',
    {
      outlierDetection: {
        consecutive5xxErrors: 7,
        consecutiveGatewayErrors: 0,
        intervalMs: 5000,
        minHealthPercent: 40,
      },
    },
    {
      outlierDetection: {
        enforcingSuccessRate: 0,
        consecutive5xx: 7,
        enforcingConsecutive5xx: 100,
        consecutiveGatewayFailure: 0,
        enforcingConsecutiveGatewayFailure: 0,
        interval: '5s',
      },
      commonLbConfig: { healthyPanicThreshold: { value: 40 } },
    },
  ],
  [
    'errors of connecting apart',
    { outlierDetection: { splitExternalLocalOriginErrors: true, consecutiveLocalOriginFailures: 4 } },
    {
      outlierDetection: {
        enforcingSuccessRate: 0,
        splitExternalLocalOriginErrors: true,
        enforcingLocalOriginSuccessRate: 0,
        consecutiveLocalOriginFailure: 4,
        enforcingConsecutiveLocalOriginFailure: 100,
      },
    },
  ],
])('policy: %s', (_, policy, expected) => {
  expect(cluster({}, policy)).toMatchObject(expected);
});

test('limits of a connection pool are circuit breakers, and 0 is no limit', () => {
  const built = cluster({}, { connectionPool: { maxConnections: 10, http1MaxPendingRequests: 1, maxRetries: 0 } });
  expect(built.circuitBreakers?.thresholds?.[0]).toMatchObject({
    maxConnections: 10,
    maxPendingRequests: 1,
    maxRetries: 4_294_967_295,
  });
});

test.each<[string, Partial<OutboundCluster>, Partial<TrafficPolicy>, object | undefined]>([
  ['plain HTTP needs none', {}, {}, undefined],
  ['gRPC is HTTP/2', port('grpc'), {}, { explicitHttpConfig: { http2ProtocolOptions: {} } }],
  [
    'a detected protocol is the client’s',
    { ...port('auto'), detectsProtocol: true },
    {},
    { useDownstreamProtocolConfig: { httpProtocolOptions: {}, http2ProtocolOptions: {} } },
  ],
  [
    'an upgrade comes before the client’s protocol',
    {},
    { connectionPool: { h2Upgrade: 'upgrade', useClientProtocol: true } },
    { explicitHttpConfig: { http2ProtocolOptions: {} } },
  ],
  [
    'limits of HTTP/1 say HTTP/1',
    {},
    { connectionPool: { maxRequestsPerConnection: 1, tcpIdleTimeoutMs: 9000, maxConnectionDurationMs: 60_000 } },
    {
      commonHttpProtocolOptions: { idleTimeout: '9s', maxConnectionDuration: '60s', maxRequestsPerConnection: 1 },
      explicitHttpConfig: { httpProtocolOptions: {} },
    },
  ],
  [
    'limits of HTTP/2 and its keepalive',
    port('http2'),
    { connectionPool: { maxConcurrentStreams: 5, http2Keepalive: { intervalMs: 30_000 } } },
    {
      explicitHttpConfig: {
        http2ProtocolOptions: { maxConcurrentStreams: 5, connectionKeepalive: { interval: '30s', timeout: '20s' } },
      },
    },
  ],
])('protocol options: %s', (_, over, policy, expected) => {
  const built = options(cluster(over, policy));
  if (expected === undefined) expect(built).toBeUndefined();
  else expect(built).toEqual({ '@type': `type.googleapis.com/${HTTP_OPTIONS}`, ...expected });
});

test('DNS clusters hold their endpoints', () => {
  const built = cluster({ discovery: 'STRICT_DNS', endpoints: [fakeEndpoint('api.example.com', { port: 443 })] });
  expect(built).toMatchObject({
    type: 'STRICT_DNS',
    dnsLookupFamily: 'V4_ONLY',
    respectDnsTtl: true,
    loadAssignment: {
      endpoints: [
        {
          lbEndpoints: [{ endpoint: { address: { socketAddress: { address: 'api.example.com', portValue: 443 } } } }],
        },
      ],
    },
  });
});

test('a LOGICAL_DNS cluster has one endpoint, because Envoy refuses more', () => {
  const built = cluster({
    discovery: 'LOGICAL_DNS',
    endpoints: [fakeEndpoint('a.example'), fakeEndpoint('b.example')],
  });
  expect(built.loadAssignment?.endpoints?.flatMap(({ lbEndpoints }) => lbEndpoints)).toHaveLength(1);
});

test('a DNS cluster without endpoints is there and refuses', () => {
  expect(cluster({ discovery: 'LOGICAL_DNS' })).toMatchObject({ type: 'STATIC', loadAssignment: { endpoints: [] } });
});

test('passthrough goes where the client was going', () => {
  const built = cluster({ discovery: 'ORIGINAL_DST' });
  expect(built).toMatchObject({ type: 'ORIGINAL_DST', lbPolicy: 'CLUSTER_PROVIDED' });
  expect(built).not.toHaveProperty('edsClusterConfig');
});

test('the PROXY protocol is a transport socket around plain text', () => {
  expect(cluster({}, { proxyProtocol: 'V2' }).transportSocket).toMatchObject({
    name: 'envoy.transport_sockets.upstream_proxy_protocol',
    typedConfig: { config: { version: 'V2' }, transportSocket: { name: 'envoy.transport_sockets.raw_buffer' } },
  });
});

test('each part of a cluster knows who decided it', () => {
  const origin = { object: 'networking.istio.io/DestinationRule/shop/cart' as never, path: 'spec.trafficPolicy' };
  const { decided } = buildOutboundCluster({
    service: fakeService('cart'),
    port: { number: 80, name: 'http', protocol: 'http' },
    subset: undefined,
    discovery: 'EDS',
    detectsProtocol: false,
    policy: { ...EMPTY, origin, loadBalancer: { kind: 'random' } },
    rule: undefined,
    connectTimeoutMs: 10_000,
    endpoints: [],
    ...NO_SECURITY,
  });
  expect(decided).toEqual([
    { path: '', origin: fakeService('cart').origin },
    { path: 'lbPolicy', origin },
  ]);
});
