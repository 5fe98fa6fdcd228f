import { expect, test } from 'vitest';
import type { Protocol, TrafficPolicy } from '../../mesh/index.ts';
import { type Cluster, encode } from '../../proto/index.ts';
import { fakeService } from '../fake-mesh.ts';
import { buildInboundCluster } from './inbound-cluster.ts';

const cart = fakeService('cart');

function cluster(
  intercepted: boolean,
  pool: TrafficPolicy['connectionPool'] = {},
  protocol: Protocol = 'http',
): Cluster {
  const { message } = buildInboundCluster({
    port: { targetPort: 8080, protocol, services: [{ id: cart.id, port: 80 }] },
    services: [cart],
    policy: {
      origin: undefined,
      loadBalancer: { kind: 'random' },
      warmup: undefined,
      connectionPool: pool,
      outlierDetection: { consecutive5xxErrors: 1 },
      proxyProtocol: 'V2',
      tls: { mode: 'disable' },
    },
    rule: undefined,
    connectTimeoutMs: 10_000,
    intercepted,
  });
  expect(encode('cds', message)).toMatchObject({ name: 'inbound|8080||', version: expect.any(String) });
  return JSON.parse(JSON.stringify(message)) as Cluster;
}

test('with iptables it goes where the connection was going, from an address that iptables let through', () => {
  expect(cluster(true)).toMatchObject({
    type: 'ORIGINAL_DST',
    lbPolicy: 'CLUSTER_PROVIDED',
    cleanupInterval: '3155760000s',
    upstreamBindConfig: { sourceAddress: { address: '127.0.0.6', portValue: 0 } },
    metadata: { filterMetadata: { istio: { services: [{ host: cart.host }] } } },
  });
});

test('without iptables it goes to the application at 127.0.0.1', () => {
  const built = cluster(false);
  expect(built.loadAssignment?.endpoints?.[0]?.lbEndpoints?.[0]?.endpoint?.address).toEqual({
    socketAddress: { address: '127.0.0.1', portValue: 8080 },
  });
  expect(built).not.toHaveProperty('upstreamBindConfig');
});

test('of a rule only the connection pool holds on this side, without its upgrade', () => {
  const built = cluster(true, { maxConnections: 7, h2Upgrade: 'upgrade' });
  expect(built.circuitBreakers?.thresholds?.[0]?.maxConnections).toBe(7);
  for (const field of ['outlierDetection', 'transportSocket', 'typedExtensionProtocolOptions']) {
    expect(built).not.toHaveProperty(field);
  }
});

test.each<[Protocol, string]>([
  ['grpc', 'explicitHttpConfig'],
  ['auto', 'useDownstreamProtocolConfig'],
])('an application of protocol %s is spoken to by %s', (protocol, field) => {
  const [options] = Object.values(cluster(true, {}, protocol).typedExtensionProtocolOptions!);
  expect(options).toHaveProperty(field);
});
