import { expect, test } from 'vitest';
import { encode } from '../../proto/index.ts';
import { buildUdpAssignment, type UdpDestination } from '../endpoints/udp-assignment.ts';
import { fakeEndpoint } from '../fake-mesh.ts';
import { hasNames } from '../udp-destinations.ts';
import { buildUdpCluster } from './udp-cluster.ts';

const NAME = 'udp|dns.infra';
const to = (...addresses: readonly string[]): UdpDestination => ({
  name: addresses.join(),
  weight: 1,
  endpoints: addresses.map((address) => fakeEndpoint(address)),
});

test('names are resolved by the cluster, where all else is discovered', () => {
  expect(hasNames([to('10.0.0.1'), to('fd00::1')])).toBe(false);
  const mixed = [to('10.0.0.1'), to('dns.example.com')];
  expect(hasNames(mixed)).toBe(true);
  const inline = buildUdpAssignment(NAME, mixed);
  expect(buildUdpCluster(NAME, undefined, 1000)).toMatchObject({
    type: 'EDS',
    edsClusterConfig: { serviceName: NAME },
  });
  expect(buildUdpCluster(NAME, inline, 1000)).toMatchObject({ type: 'STRICT_DNS', loadAssignment: inline });
});

test('sessions are not limited by what Envoy thinks enough of connections, and destinations keep their weights', () => {
  const cluster = buildUdpCluster(NAME, buildUdpAssignment(NAME, [to('dns.example.com')]), 1000);
  expect(cluster.circuitBreakers?.thresholds?.[0]?.maxConnections).toBeGreaterThan(1_000_000);
  expect(cluster.commonLbConfig).toMatchObject({ localityWeightedLbConfig: {}, healthyPanicThreshold: { value: 0 } });
  expect(encode('cds', cluster)).toMatchObject({ name: NAME, version: expect.any(String) });
});
