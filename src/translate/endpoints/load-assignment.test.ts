import { expect, test } from 'vitest';
import { encode } from '../../proto/index.ts';
import { fakeEndpoint } from '../fake-mesh.ts';
import { buildLoadAssignment, endpointsOf } from './load-assignment.ts';

const NO_MTLS = () => false;
const zone = (name: string) => ({ locality: { region: 'eu', zone: name, subZone: '' } });

test('endpoints are grouped by locality, in the order of localities, and weigh together what each weighs', () => {
  const built = buildLoadAssignment(
    'c',
    [
      fakeEndpoint('10.0.0.1', { ...zone('b'), weight: 3 }),
      fakeEndpoint('10.0.0.2', zone('a')),
      fakeEndpoint('10.0.0.3', { ...zone('b'), weight: 0 }),
    ],
    NO_MTLS,
  );
  expect(
    built.endpoints?.map(({ locality, loadBalancingWeight, lbEndpoints }) => [
      locality?.zone,
      loadBalancingWeight,
      lbEndpoints?.length,
    ]),
  ).toEqual([
    ['a', 1, 1],
    ['b', 4, 2],
  ]);
  expect(encode('eds', built)).toMatchObject({ name: 'c', version: expect.any(String) });
});

test('an endpoint says its health and its workload', () => {
  const labels = { app: 'cart', version: 'v2' };
  const endpoint = fakeEndpoint('10.0.0.1', {
    health: 'unhealthy',
    labels,
    workload: { name: 'cart-v2', namespace: 'shop' },
  });
  expect(buildLoadAssignment('c', [endpoint], NO_MTLS).endpoints?.[0]?.lbEndpoints).toEqual([
    {
      endpoint: { address: { socketAddress: { address: '10.0.0.1', portValue: 8080 } } },
      healthStatus: 'UNHEALTHY',
      loadBalancingWeight: 1,
      metadata: { filterMetadata: { istio: { workload: 'cart-v2;shop;cart;v2;' } } },
    },
  ]);
});

test('a path is a pipe', () => {
  const [locality] = buildLoadAssignment('c', [fakeEndpoint('unix:///run/app.sock')], NO_MTLS).endpoints!;
  expect(locality?.lbEndpoints?.[0]?.endpoint?.address).toEqual({ pipe: { path: '/run/app.sock' } });
});

test('an assignment without endpoints is one', () => {
  expect(encode('eds', buildLoadAssignment('c', [], NO_MTLS))).toMatchObject({ version: expect.any(String) });
});

test('a subset has the endpoints with all of its labels', () => {
  const endpoints = [
    fakeEndpoint('10.0.0.1', { labels: { app: 'a', version: 'v1' } }),
    fakeEndpoint('10.0.0.2', { labels: { app: 'a' } }),
  ];
  expect(endpointsOf(endpoints, { app: 'a', version: 'v1' })).toEqual([endpoints[0]]);
  expect(endpointsOf(endpoints, {})).toEqual(endpoints);
});
