import { expect, test } from 'vitest';
import type { Route } from './route.ts';
import { services, type World, world } from './testing.ts';

const CART = 'cart.shop.svc.cluster.local';

/** What a client in the mesh has for a host on port 80. */
function routes(
  { routing, mesh }: World,
  host: string,
  client: { namespace?: string; labels?: Record<string, string> } = {},
  port = 80,
) {
  const caller = { namespace: 'shop', labels: {}, ...client };
  const rules = routing.routesFor(caller.namespace, host);
  return routing.meshRoutes(rules, caller, host, port, mesh.serviceOf(caller.namespace, host));
}

/** `/api=>cart.shop.svc.cluster.local:80/v2*90`: path, and where its requests go. */
function shown({ match, action }: Route): string {
  const path = match.path ? `${match.path.kind} ${match.path.value}` : 'any';
  if (action.kind !== 'forward') return `${path} => ${action.kind} ${action.status}`;
  const ends = action.destinations.map(({ to, weight }) =>
    to.kind !== 'service'
      ? `${to.kind === 'broken' ? to.status : to.backend}*${weight}`
      : `${to.host.split('.')[0]}:${to.port}${to.subset ? `/${to.subset}` : ''}*${weight}`,
  );
  return `${path} => ${ends.join(' ')}`;
}

function cartWith(http: string, more = ''): string {
  return `{kind: VirtualService, row: shop/cart, spec: {hosts: [cart], http: ${http}${more}}}`;
}

const SUBSETS = `{kind: DestinationRule, row: shop/cart, spec: {host: cart, subsets: [{name: v1, labels: {v: a}}, {name: v2, labels: {v: b}}]}}`;
const TO_CART = 'route: [{destination: {host: cart}}]';

test.each([
  ['no match takes every request', `[{${TO_CART}}]`, ['any => cart:80*100']],
  [
    'each match of a rule is a route, in order',
    `[{match: [{uri: {exact: /a}}, {uri: {regex: '/b.*'}}], ${TO_CART}}, {match: [{uri: {prefix: /c}}], ${TO_CART}}]`,
    ['exact /a => cart:80*100', 'regex /b.* => cart:80*100', 'string-prefix /c => cart:80*100'],
  ],
  [
    'what comes after a route for everything is left out',
    `[{match: [{uri: {prefix: /}}], ${TO_CART}}, {match: [{uri: {prefix: /c}}], ${TO_CART}}]`,
    ['string-prefix / => cart:80*100'],
  ],
  [
    'several destinations share by weight, and one without weight gets nothing',
    '[{route: [{destination: {host: cart, subset: v1}, weight: 90}, {destination: {host: cart, subset: v2}, weight: 10}, {destination: {host: pay}}]}]',
    ['any => cart:80/v1*90 cart:80/v2*10 pay:8080*0'],
  ],
  [
    'a single port of a service is the one that is meant',
    '[{route: [{destination: {host: pay}}]}]',
    ['any => pay:8080*100'],
  ],
  [
    'an unknown host is broken',
    '[{route: [{destination: {host: kart}, weight: 1}, {destination: {host: cart}, weight: 3}]}]',
    ['any => 500*1 cart:80*3'],
  ],
  ['an unknown subset is broken', '[{route: [{destination: {host: cart, subset: v3}}]}]', ['any => 500*100']],
  ['an unknown port is broken', '[{route: [{destination: {host: cart, port: {number: 81}}}]}]', ['any => 500*100']],
  ['a redirect', '[{redirect: {authority: elsewhere}}]', ['any => redirect 301']],
  ['a direct response', '[{directResponse: {status: 418}}]', ['any => direct-response 418']],
])('%s', (_, http, expected) => {
  expect(routes(world(services('shop/cart', 'shop/pay:8080'), SUBSETS, cartWith(http)), CART).map(shown)).toEqual(
    expected,
  );
});

test('a host without rules goes to the service itself, on the port that was called', () => {
  expect(routes(world(services('shop/cart:80:81')), CART, {}, 81).map(shown)).toEqual(['any => cart:81*100']);
});

test.each([
  ['sourceLabels: {app: web}', { labels: { app: 'web' } }, { labels: { app: 'api' } }],
  ['sourceNamespace: shop', { namespace: 'shop' }, { namespace: 'other' }],
  ['port: 80', {}, undefined],
  ['gateways: [mesh]', {}, undefined],
])('a match that says %s holds for %o and not for %o', (condition, yes, no) => {
  const w = world(
    services('shop/cart', 'shop/pay'),
    cartWith(`[{match: [{${condition}}], route: [{destination: {host: pay}}]}]`),
  );
  expect(routes(w, CART, yes).map(shown)).toEqual(['any => pay:80*100']);
  if (no) expect(routes(w, CART, no).map(shown)).toEqual(['any => cart:80*100']);
});

test('a match of another port or of a gateway only is left out', () => {
  const http = `[{match: [{port: 81, uri: {prefix: /a}}, {gateways: [edge], uri: {prefix: /b}}, {uri: {prefix: /c}}], ${TO_CART}}]`;
  expect(routes(world(services('shop/cart'), cartWith(http)), CART).map(shown)).toEqual([
    'string-prefix /c => cart:80*100',
  ]);
});

test('of two VirtualServices for a host the older holds, and the most specific host before both', () => {
  const rule = (row: string, host: string, to: string, created: string): string =>
    `{kind: VirtualService, row: ${row}, created: '${created}', spec: {hosts: ['${host}'], http: [{route: [{destination: {host: ${to}.shop.svc.cluster.local}}]}]}}`;
  const w = world(
    services('shop/cart', 'shop/a', 'shop/b', 'shop/wild'),
    rule('shop/a', 'cart.shop.svc.cluster.local', 'b', '2026-02-01T00:00:00Z'),
    rule('other/b', 'cart.shop.svc.cluster.local', 'a', '2026-01-01T00:00:00Z'),
    rule('shop/wild', '*.shop.svc.cluster.local', 'wild', '2025-01-01T00:00:00Z'),
  );
  expect(routes(w, CART).map(shown)).toEqual(['any => a:80*100']);
  expect(routes(w, 'b.shop.svc.cluster.local').map(shown)).toEqual(['any => wild:80*100']);
  w.drop('other/b');
  expect(routes(w, CART).map(shown)).toEqual(['any => b:80*100']);
});

test('a rule that is not exported to a namespace holds nothing there', () => {
  const w = world(
    services('shop/cart', 'shop/pay'),
    cartWith('[{route: [{destination: {host: pay}}]}]', ', exportTo: [.]'),
  );
  expect(routes(w, CART).map(shown)).toEqual(['any => pay:80*100']);
  expect(routes(w, CART, { namespace: 'other' }).map(shown)).toEqual(['any => cart:80*100']);
});

test('hosts that only rules name can be called by those who see the rules', () => {
  const w = world(
    services('shop/cart'),
    `{kind: VirtualService, row: shop/x, spec: {hosts: [cart, x.example.com, '*.example.org'], exportTo: [.], http: [{${TO_CART}}]}}`,
    `{kind: VirtualService, row: shop/y, spec: {hosts: [y.example.com], gateways: [edge], http: [{${TO_CART}}]}}`,
  );
  expect(w.routing.extraHosts('shop')).toEqual(['*.example.org', 'x.example.com']);
  expect(w.routing.extraHosts('other')).toEqual([]);
});

test('clients that rules cannot tell apart have one perspective', () => {
  const w = world(services('shop/cart'), cartWith(`[{match: [{sourceLabels: {app: web}}], ${TO_CART}}]`));
  const rules = w.routing.routesFor('shop', CART);
  const perspective = (namespace: string, labels: Record<string, string>) =>
    w.routing.perspective(rules, { namespace, labels }, CART);
  expect(perspective('a', { app: 'web', x: '1' })).toBe(perspective('b', { app: 'web', x: '2' }));
  expect(perspective('a', { app: 'web' })).not.toBe(perspective('a', { app: 'api' }));
});

test('TLS and TCP rules keep their order, TLS first', () => {
  const w = world(
    services('shop/cart', 'shop/pay'),
    `{kind: VirtualService, row: shop/cart, spec: {hosts: [cart, x.example.com],
      tcp: [{match: [{port: 80, destinationSubnets: [10.0.0.0/8]}, {port: 81}], route: [{destination: {host: cart}}]}],
      tls: [{match: [{sniHosts: [x.example.com]}], route: [{destination: {host: pay}}]}]}}`,
  );
  const found = w.routing.tcpRoutes('shop/cart', { namespace: 'shop', labels: {} }, CART, 80);
  expect(found.map(({ match, origin }) => [origin.path, match.sniHosts, match.destinationSubnets])).toEqual([
    ['spec.tls[0]', ['x.example.com'], []],
    ['spec.tcp[0]', [], ['10.0.0.0/8']],
  ]);
});
