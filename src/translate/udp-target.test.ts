import { expect, test } from 'vitest';
import type { ObjectKey } from '../mesh/index.ts';
import type { TcpRoute, WeightedDestination } from '../route/index.ts';
import { udpTargetOf } from './udp-target.ts';

const mesh = {
  serviceOf: (namespace: string, host: string) => (host === 'unknown' ? undefined : `${namespace}/${host}`),
};

function route(name: string, ...to: readonly (readonly [host: string | undefined, weight: number])[]): TcpRoute {
  const origin = { object: `gateway.networking.k8s.io/UDPRoute/infra/${name}` as ObjectKey, path: 'spec.rules[0]' };
  const destinations = to.map(
    ([host, weight]): WeightedDestination => ({
      to: host === undefined ? { kind: 'broken', status: 500 } : { kind: 'service', host, port: 53, subset: undefined },
      weight,
      headers: undefined,
      origin,
    }),
  );
  return { origin, match: { sniHosts: [], destinationSubnets: [], sourceSubnets: [] }, destinations };
}

test('the first route has all datagrams', () => {
  expect(udpTargetOf([route('old', ['dns', 1]), route('new', ['other', 1])], 'infra', mesh)).toEqual({
    cluster: 'udp|old.infra',
    shares: [{ weight: 1, to: { service: 'infra/dns', port: 53 } }],
  });
});

test('what does not exist keeps its share, and what has no weight has none', () => {
  const shares = udpTargetOf(
    [route('r', ['dns', 7], [undefined, 2], ['unknown', 1], ['spare', 0])],
    'infra',
    mesh,
  )?.shares;
  expect(shares).toEqual([
    { weight: 7, to: { service: 'infra/dns', port: 53 } },
    { weight: 3, to: undefined },
  ]);
});

test.each([
  ['without a route', []],
  ['without destinations', [route('r')]],
  ['with weights of 0 only', [route('r', ['dns', 0])]],
])('%s nobody gets anything', (_, routes) => {
  expect(udpTargetOf(routes, 'infra', mesh)).toBeUndefined();
});
