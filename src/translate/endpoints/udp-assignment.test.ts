import { expect, test } from 'vitest';
import { encode } from '../../proto/index.ts';
import { fakeEndpoint } from '../fake-mesh.ts';
import { buildUdpAssignment } from './udp-assignment.ts';

test('a destination weighs what its route says, however many endpoints it has', () => {
  const built = buildUdpAssignment('udp|dns.infra', [
    { name: 'a', weight: 70, endpoints: [fakeEndpoint('10.0.0.1'), fakeEndpoint('10.0.0.2', { weight: 3 })] },
    { name: 'b', weight: 30, endpoints: [fakeEndpoint('10.0.0.3')] },
  ]);
  expect(
    built.endpoints?.map(({ locality, loadBalancingWeight, lbEndpoints }) => [
      locality?.subZone,
      loadBalancingWeight,
      lbEndpoints?.map((endpoint) => endpoint.loadBalancingWeight),
    ]),
  ).toEqual([
    ['a', 70, [1, 3]],
    ['b', 30, [1]],
  ]);
  expect(encode('eds', built)).toMatchObject({ name: 'udp|dns.infra', version: expect.any(String) });
});

test.each([
  ['has no endpoint', []],
  ['has no endpoint that serves', [fakeEndpoint('10.0.0.1', { health: 'unhealthy' })]],
])('the share of a destination that %s is sent nowhere', (_, endpoints) => {
  const [locality] = buildUdpAssignment('c', [{ name: 'gone', weight: 3, endpoints }]).endpoints!;
  expect(locality).toMatchObject({
    loadBalancingWeight: 3,
    lbEndpoints: [{ endpoint: { address: { socketAddress: { address: '127.0.0.1', portValue: 0 } } } }],
  });
});
