import { expect, test } from 'vitest';
import { services } from '../testing.ts';
import { gatewayWorld, grpcRoute, HTTP, PROXY } from './gateway.fixture.ts';

function routeOf(rule: string) {
  const w = gatewayWorld([HTTP], services('shop/cart'), grpcRoute('shop/calls', `rules: [${rule}]`));
  const [host] = w.routing.gatewayHosts(PROXY.namespace, PROXY.labels, 80);
  return w.routing.routesSeen(host!.routes, w.routing.perspective(host!.routes, PROXY, '*'), { port: 80 })[0];
}

const TO_CART = 'backendRefs: [{name: cart, port: 80}]';

test.each([
  ['{}', undefined],
  ['{service: a.v1.Cart, method: Get}', { kind: 'exact', value: '/a.v1.Cart/Get' }],
  ['{service: a.v1.Cart}', { kind: 'segment-prefix', value: '/a.v1.Cart' }],
  ['{method: Get}', { kind: 'regex', value: '/[^/]+/Get' }],
  ['{type: RegularExpression, service: "a|b", method: "Get.*"}', { kind: 'regex', value: '/(?:a|b)/(?:Get.*)' }],
  ['{type: RegularExpression, service: "a.*"}', { kind: 'regex', value: '/(?:a.*)/[^/]+' }],
])('the call %s is for the path %o', (method, path) => {
  const match = method === '{}' ? '{}' : `{method: ${method}}`;
  expect(routeOf(`{matches: [${match}], ${TO_CART}}`)?.match.path).toEqual(path);
});

test('what is no call is nobody’s', () => {
  const { headers } = routeOf(`{matches: [{headers: [{name: H, value: v}]}], ${TO_CART}}`)!.match;
  expect(headers.map(({ name, value }) => [name, value])).toEqual([
    ['h', { kind: 'exact', value: 'v' }],
    ['content-type', { kind: 'prefix', value: 'application/grpc' }],
  ]);
});

test.each([
  ['no backends', '{}'],
  ['a backend that does not exist', '{backendRefs: [{name: nobody, port: 80}]}'],
])('with %s a call is told that it is unavailable', (_, rule) => {
  expect(routeOf(rule)?.action).toMatchObject({ destinations: [{ to: { kind: 'broken', status: 503 } }] });
});

test('without rules nothing is routed', () => {
  const w = gatewayWorld([HTTP], grpcRoute('shop/calls', 'hostnames: [a.example.com]'));
  const hosts = w.routing.gatewayHosts(PROXY.namespace, PROXY.labels, 80);
  expect(hosts.map(({ host, answer }) => [host, answer])).toEqual([
    ['a.example.com', 404],
    ['*', 404],
  ]);
});
