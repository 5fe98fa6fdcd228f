import { expect, test } from 'vitest';
import type { DestinationRule } from '../api/index.ts';
import { policyOf } from './policy-levels.ts';

const pool = (maxConnections: number) => ({ tcp: { maxConnections } });
const key = 'networking.istio.io/DestinationRule/shop/cart';
const ruleWith = (spec: object) => ({ key, spec: { host: 'cart', ...spec } }) as unknown as DestinationRule;
const LAYERED = ruleWith({
  trafficPolicy: {
    connectionPool: pool(1),
    loadBalancer: { simple: 'RANDOM' },
    proxyProtocol: { version: 'V2' },
    portLevelSettings: [{ port: { number: 81 }, connectionPool: pool(2) }],
  },
  subsets: [
    { name: 'plain' },
    {
      name: 'own',
      trafficPolicy: {
        connectionPool: pool(3),
        portLevelSettings: [{ port: { number: 82 }, outlierDetection: { interval: '5s' } }],
      },
    },
  ],
});

test.each([
  [80, undefined, 1, 'random', 'spec.trafficPolicy'],
  // What a port does not say is the default: it inherits nothing.
  [81, undefined, 2, undefined, 'spec.trafficPolicy.portLevelSettings[0]'],
  [80, 'plain', 1, 'random', 'spec.trafficPolicy'],
  // A subset says a field anew, and inherits the others.
  [80, 'own', 3, 'random', 'spec.subsets[1].trafficPolicy'],
  [81, 'own', 3, undefined, 'spec.subsets[1].trafficPolicy'],
  [82, 'own', undefined, undefined, 'spec.subsets[1].trafficPolicy.portLevelSettings[0]'],
  [80, 'unknown', 1, 'random', 'spec.trafficPolicy'],
])('port %i, subset %s: pool of %s, %s', (port, subset, maxConnections, kind, path) => {
  const policy = policyOf([LAYERED], port, subset);
  expect(policy.connectionPool.maxConnections).toBe(maxConnections);
  expect(policy.loadBalancer?.kind).toBe(kind);
  expect(policy.origin).toEqual({ object: key, path });
  expect(policy.proxyProtocol).toBe('V2');
});

test('every setting of connections arrives in milliseconds and numbers', () => {
  const connectionPool = {
    tcp: {
      maxConnections: 10,
      connectTimeout: '1.5s',
      tcpKeepalive: { probes: 3, time: '1h', interval: '75s' },
      maxConnectionDuration: '10m',
      idleTimeout: '0s',
    },
    http: {
      http1MaxPendingRequests: 1,
      http2MaxRequests: 2,
      maxRequestsPerConnection: 3,
      maxRetries: 4,
      idleTimeout: '30s',
      h2UpgradePolicy: 'UPGRADE',
      useClientProtocol: true,
      maxConcurrentStreams: 5,
      http2KeepAlive: { interval: '10s', timeout: '3s' },
    },
  };
  expect(policyOf([ruleWith({ trafficPolicy: { connectionPool } })], 80, undefined).connectionPool).toEqual({
    maxConnections: 10,
    connectTimeoutMs: 1500,
    tcpKeepalive: { probes: 3, timeMs: 3_600_000, intervalMs: 75_000 },
    maxConnectionDurationMs: 600_000,
    tcpIdleTimeoutMs: 0,
    http1MaxPendingRequests: 1,
    http2MaxRequests: 2,
    maxRequestsPerConnection: 3,
    maxRetries: 4,
    httpIdleTimeoutMs: 30_000,
    h2Upgrade: 'upgrade',
    useClientProtocol: true,
    maxConcurrentStreams: 5,
    http2Keepalive: { intervalMs: 10_000, timeoutMs: 3000 },
  });
});

test('a count of 0 was not said, and nothing unsaid has a key', () => {
  const trafficPolicy = { connectionPool: { tcp: { maxConnections: 0 }, http: { h2UpgradePolicy: 'DEFAULT' } } };
  expect(Object.keys(policyOf([ruleWith({ trafficPolicy })], 80, undefined).connectionPool)).toEqual([]);
});

test.each([
  [{ simple: 'ROUND_ROBIN' }, { kind: 'round-robin' }],
  [{ simple: 'LEAST_CONN' }, { kind: 'least-request' }],
  [{ simple: 'LEAST_REQUEST' }, { kind: 'least-request' }],
  [{ simple: 'PASSTHROUGH' }, { kind: 'passthrough' }],
  [{ simple: 'UNSPECIFIED' }, undefined],
  [
    { consistentHash: { httpHeaderName: 'x-user' } },
    { kind: 'ring-hash', key: { kind: 'header', name: 'x-user' }, minimumRingSize: undefined },
  ],
  [
    { consistentHash: { useSourceIp: true, minimumRingSize: 64 } },
    { kind: 'ring-hash', key: { kind: 'source-ip' }, minimumRingSize: 64 },
  ],
  [
    { consistentHash: { httpQueryParameterName: 'q', maglev: { tableSize: 101 } } },
    { kind: 'maglev', key: { kind: 'query-parameter', name: 'q' }, tableSize: 101 },
  ],
  [
    {
      consistentHash: {
        httpCookie: { name: 'c', ttl: '0s', attributes: [{ name: 'SameSite' }] },
        ringHash: { minimumRingSize: 8 },
      },
    },
    {
      kind: 'ring-hash',
      key: { kind: 'cookie', name: 'c', path: undefined, ttlMs: 0, attributes: [{ name: 'SameSite', value: '' }] },
      minimumRingSize: 8,
    },
  ],
])('load balancer %o is %o', (loadBalancer, expected) => {
  expect(policyOf([ruleWith({ trafficPolicy: { loadBalancer } })], 80, undefined).loadBalancer).toEqual(expected);
});

test('the old names of warmup and of gateway errors still count', () => {
  const trafficPolicy = { loadBalancer: { warmupDurationSecs: '60s' }, outlierDetection: { consecutiveErrors: 7 } };
  const policy = policyOf([ruleWith({ trafficPolicy })], 80, undefined);
  expect(policy.warmup).toEqual({ durationMs: 60_000, minimumPercent: undefined, aggression: undefined });
  expect(policy.outlierDetection).toEqual({ consecutiveGatewayErrors: 7 });
});

test('ejection can be switched off: 0 errors is said', () => {
  const outlierDetection = { consecutive5xxErrors: 0, baseEjectionTime: '30s', maxEjectionPercent: 50 };
  expect(policyOf([ruleWith({ trafficPolicy: { outlierDetection } })], 80, undefined).outlierDetection).toEqual({
    consecutive5xxErrors: 0,
    baseEjectionTimeMs: 30_000,
    maxEjectionPercent: 50,
  });
});
