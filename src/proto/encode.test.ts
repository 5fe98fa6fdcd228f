import { fromJson, toJson } from 'protobufjs/ext/protojson.js';
import { expect, test } from 'vitest';
import { type Cluster, canonical, decode, encode, encodeMessage, ProtoJsonError, pack, typeUrlOf } from './index.ts';
import { loadRoot } from './root.ts';

const cluster: Cluster = {
  name: 'outbound|80||cart.shop.svc.cluster.local',
  type: 'EDS',
  edsClusterConfig: { edsConfig: { ads: {}, resourceApiVersion: 'V3' } },
  connectTimeout: '0.250s',
  circuitBreakers: { thresholds: [{ maxConnections: 4294967295, trackRemaining: true }] },
  metadata: {
    filterMetadata: { istio: { services: [{ host: 'cart' }], port: 80.5, none: null, deep: [[], {}, true] } },
  },
  typedExtensionProtocolOptions: {
    another: pack('envoy.extensions.upstreams.tcp.v3.TcpProtocolOptions', { idleTimeout: '1s' }),
    http: pack('envoy.extensions.upstreams.http.v3.HttpProtocolOptions', {
      explicitHttpConfig: { http2ProtocolOptions: { maxConcurrentStreams: 100 } },
    }),
  },
  lbSubsetConfig: { fallbackPolicy: 'ANY_ENDPOINT', subsetSelectors: [{ keys: ['version', 'ärger'] }] },
  commonLbConfig: { healthyPanicThreshold: { value: 0.1 } },
};

test.each<[string, object, string]>([
  [
    'an unknown field',
    { ...cluster, conectTimeout: '1s' },
    'conectTimeout: envoy.config.cluster.v3.Cluster has no such field',
  ],
  [
    'a field in the wrong place',
    { edsClusterConfig: { edsConfig: { adds: {} } } },
    'edsClusterConfig.edsConfig.adds: ',
  ],
  [
    'a misspelled enum',
    { type: 'EDDS' },
    'type: must be one of STATIC, STRICT_DNS, LOGICAL_DNS, EDS, ORIGINAL_DST, not "EDDS"',
  ],
  [
    'two members of a oneof',
    { type: 'EDS', clusterType: { name: 'x' } },
    'clusterType: only one may be set of type and clusterType',
  ],
  [
    'an Any of an unknown type',
    { filters: [{ typedConfig: { '@type': 'type.googleapis.com/a.B' } }] },
    'filters[0].typedConfig.@type: no message',
  ],
  ['an Any without a type', { filters: [{ typedConfig: { name: 'x' } }] }, 'filters[0].typedConfig.@type: no message'],
  [
    'an unknown field in an Any',
    { filters: [{ typedConfig: { '@type': typeUrlOf('cds'), nam: '' } }] },
    'filters[0].typedConfig.nam: ',
  ],
  ['an @type outside of an Any', { '@type': typeUrlOf('cds'), name: 'a' }, '@type: '],
  [
    'a negative uint32',
    { circuitBreakers: { thresholds: [{}, { maxRetries: -1 }] } },
    'circuitBreakers.thresholds[1].maxRetries: must be an integer from 0 to 4294967295, not -1',
  ],
  [
    'a fraction for an integer',
    { perConnectionBufferLimitBytes: 1.5 },
    'perConnectionBufferLimitBytes: must be an integer',
  ],
  ['a string for a boolean', { ignoreHealthOnHostRemoval: 'true' }, 'ignoreHealthOnHostRemoval: must be true or false'],
  ['a duration without unit', { connectTimeout: '5' }, 'connectTimeout: must be a duration like "1.5s", not "5"'],
  ['a duration as object', { connectTimeout: { seconds: 5 } }, 'connectTimeout: must be a duration'],
  [
    'a wrapper as object',
    { perConnectionBufferLimitBytes: { value: 5 } },
    'perConnectionBufferLimitBytes: must be an integer',
  ],
  ['an object where a list belongs', { filters: {} }, 'filters: must be a list, not {}'],
  [
    'a field under both of its names',
    { connectTimeout: '1s', connect_timeout: '1s' },
    'connectTimeout: is written twice',
  ],
  [
    'what is not JSON in a Struct',
    { metadata: { filterMetadata: { a: { b: [() => {}] } } } },
    'metadata.filterMetadata["a"].b[0]: is not JSON',
  ],
])('%s is an error that says where', (_what, message, error) => {
  expect(() => encodeMessage('envoy.config.cluster.v3.Cluster', message)).toThrow(ProtoJsonError);
  expect(() => encodeMessage('envoy.config.cluster.v3.Cluster', message)).toThrow(error);
});

test('undefined and null count as not written', () => {
  expect(encode('cds', { ...cluster, lbPolicy: undefined, filters: null as never })).toEqual(encode('cds', cluster));
});

test('the order of keys, of maps too, does not change the version', () => {
  const backwards = reversed(cluster) as Cluster;
  expect(Object.keys(backwards)).not.toEqual(Object.keys(cluster));
  expect(encode('cds', backwards)).toEqual(encode('cds', cluster));
});

test('another value is another version', () => {
  expect(encode('cds', { ...cluster, connectTimeout: '1s' }).version).not.toBe(encode('cds', cluster).version);
});

test('a resource has the name of its message, and a virtual host must say its route configuration in it', () => {
  expect(encode('cds', cluster).name).toBe('outbound|80||cart.shop.svc.cluster.local');
  expect(encode('eds', { clusterName: 'cart' }).name).toBe('cart');
  expect(encode('vhds', { name: '80/cart:80', domains: ['cart'] }).name).toBe('80/cart:80');
  expect(() => encode('vhds', { name: 'cart:80', domains: ['cart'] })).toThrow('must be called <route configuration>/');
  expect(() => encode('cds', {})).toThrow('has no name');
});

test('a resource that breaks a rule is held, with the rule', () => {
  expect(encode('cds', { name: 'a', connectTimeout: '0s' })).toEqual({
    type: 'cds',
    name: 'a',
    version: undefined,
    violations: [{ path: 'connectTimeout', message: 'must be more than 0s, not "0s"' }],
  });
});

test('what is encoded is decoded to its canonical form', () => {
  const entry = encode('cds', cluster);
  const decoded = decode(typeUrlOf('cds'), (entry as { bytes: Uint8Array }).bytes);
  expect(decoded).toEqual(JSON.parse(JSON.stringify(cluster)));
  expect(decoded).toEqual(canonical('envoy.config.cluster.v3.Cluster', cluster));
});

test('the canonical form settles names, defaults, durations and the order of keys', () => {
  const written = {
    eds_cluster_config: { service_name: '' },
    connectTimeout: '1.50s',
    name: 'a',
    type: 3,
    filters: [],
  };
  const form = canonical('envoy.config.cluster.v3.Cluster', written);
  expect(JSON.stringify(form)).toBe('{"name":"a","type":"EDS","edsClusterConfig":{},"connectTimeout":"1.500s"}');
});

const oracle = loadRoot();

test.each<[string, object]>([
  ['envoy.config.cluster.v3.Cluster', cluster],
  ['envoy.config.core.v3.Metadata', { filterMetadata: { a: { x: -0.5, y: 'é'.repeat(100), z: { n: null } } } }],
  ['envoy.config.core.v3.DataSource', { inlineBytes: 'AAECAw==' }],
  ['envoy.config.core.v3.SocketOption', { level: '-5', intValue: '9223372036854775807', name: 6 }],
  ['envoy.config.endpoint.v3.ClusterStats', { totalDroppedRequests: '18446744073709551615', clusterName: 'a' }],
  ['envoy.admin.v3.ClustersConfigDump.DynamicCluster', { lastUpdated: '2026-01-02T03:04:05.678Z' }],
  [
    'envoy.config.route.v3.RetryPolicy',
    { retriableStatusCodes: [503, 1, 4294967295], hostSelectionRetryMaxAttempts: '-1' },
  ],
  ['envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy', { statPrefix: 'a', cluster: '', idleTimeout: '0s' }],
  ['envoy.type.v3.DoubleRange', { start: -1e-300, end: 1e300 }],
  ['envoy.service.ratelimit.v3.RateLimitResponse', { dynamicMetadata: { a: [1, { b: false }] } }],
])('%s has the bytes that protobufjs gives it, and reads back as its JSON', (name, message) => {
  const type = oracle.lookupType(name);
  const theirs = fromJson(type, JSON.parse(JSON.stringify(message)));
  const ours = encodeMessage(name as never, message);
  expect(toJson(type, type.decode(ours))).toEqual(toJson(type, theirs));
  expect(decode(name, ours)).toEqual(toJson(type, theirs));
  expect(ours.length).toBe(type.encode(theirs).finish().length);
});

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  const pairs = Object.entries(value).map(([key, item]) => [key, reversed(item)] as const);
  return Object.fromEntries(pairs.reverse());
}
