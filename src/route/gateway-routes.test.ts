import { expect, test } from 'vitest';
import { gatewayName } from './gateway-name.ts';
import { hostsFor, intersection } from './server-hosts.ts';
import { services, type World, world } from './testing.ts';

test.each([
  ['edge', 'shop/edge'],
  ['./edge', 'shop/edge'],
  ['infra/edge', 'infra/edge'],
  ['edge.infra.svc.cluster.local', 'infra/edge'],
  ['mesh', 'mesh'],
])('the gateway %s of a rule in shop is %s', (written, name) => {
  expect(gatewayName(written, 'shop')).toBe(name);
});

test.each([
  [['*'], ['a.example.com'], ['a.example.com']],
  [['shop/*.example.com'], ['a.example.com', 'b.example.org'], ['a.example.com']],
  [['a.example.com'], ['*.example.com'], ['a.example.com']],
  [['*.a.example.com'], ['*.example.com'], ['*.a.example.com']],
  [['other/a.example.com'], ['a.example.com'], []],
  [['./a.example.com'], ['a.example.com'], []],
])('servers with %o and a rule of shop for %o have %o in common', (server, rule, common) => {
  expect(intersection(hostsFor(server, 'infra', 'shop'), rule)).toEqual(common);
});

function gateway(row: string, servers: string, selector = '{istio: ingress}'): string {
  return `{kind: Gateway, row: ${row}, spec: {selector: ${selector}, servers: ${servers}}}`;
}

function rule(
  row: string,
  hosts: string,
  gateways: string,
  http = '[{route: [{destination: {host: cart.shop.svc.cluster.local}}]}]',
  created = '',
): string {
  return `{kind: VirtualService, row: ${row}, ${created && `created: '${created}', `}spec: {hosts: ${hosts}, gateways: ${gateways}, http: ${http}}}`;
}

const HTTP_80 = `port: {number: 80, name: http, protocol: HTTP}`;
const LABELS = { istio: 'ingress', app: 'x' };

function hosts({ routing }: World, port = 80) {
  return routing
    .gatewayHosts('infra', LABELS, port)
    .map(({ host, routes, httpsRedirect }) => [host, routes, ...(httpsRedirect ? ['https'] : [])]);
}

test('servers are those of gateways whose selector matches, by port', () => {
  const w = world(
    gateway(
      'infra/edge',
      `[{port: {number: 8080, name: b, protocol: HTTP}, hosts: ['*']}, {${HTTP_80}, hosts: ['*']}]`,
    ),
    gateway('infra/other', `[{${HTTP_80}, hosts: ['*']}]`, '{istio: egress}'),
    gateway('infra/two', `[{${HTTP_80}, hosts: ['*']}]`, '{istio: ingress, app: y}'),
  );
  expect(w.routing.serversFor('infra', LABELS).map(({ port, gateway: key }) => [port, key.split('/').at(-1)])).toEqual([
    [80, 'edge'],
    [8080, 'edge'],
  ]);
});

test('a host is served where a rule is bound to the gateway and a server has the host', () => {
  const w = world(
    services('shop/cart'),
    gateway('infra/edge', `[{${HTTP_80}, hosts: ['*.example.com']}]`),
    rule('shop/b', '[b.example.com, b.example.org]', '[infra/edge]'),
    rule('shop/a', '[a.example.com]', '[infra/edge, mesh]'),
    rule('shop/c', '[c.example.com]', '[infra/other]'),
  );
  expect(hosts(w)).toEqual([
    ['a.example.com', 'shop/a@infra/edge'],
    ['b.example.com', 'shop/b@infra/edge'],
  ]);
  expect(hosts(w, 81)).toEqual([]);
});

test('rules of several VirtualServices for a host are merged, the oldest first, those for everything last', () => {
  const to = (path: string) =>
    `[{${path && `match: [{uri: {prefix: ${path}}}], `}route: [{destination: {host: cart.shop.svc.cluster.local}}]}]`;
  const w = world(
    services('shop/cart'),
    gateway('infra/edge', `[{${HTTP_80}, hosts: ['*']}]`),
    rule('shop/new', '[a.example.com]', '[infra/edge]', to('/new'), '2026-02-01T00:00:00Z'),
    rule('shop/old', '[a.example.com]', '[infra/edge]', to(''), '2026-01-01T00:00:00Z'),
  );
  const [[host, set]] = hosts(w) as [[string, string]];
  expect(set).toBe('shop/old@infra/edge,shop/new@infra/edge');
  expect(w.routing.gatewayRoutes(set, host, 80, 'infra').map(({ match }) => match.path?.value)).toEqual([
    '/new',
    undefined,
  ]);
});

test('a match for the mesh or for another gateway holds nothing at this one, and neither does one for a source', () => {
  const match = (condition: string) =>
    `{match: [{${condition}}], route: [{destination: {host: cart.shop.svc.cluster.local}}]}`;
  const conditions = [
    'gateways: [mesh]',
    'gateways: [infra/other]',
    'sourceLabels: {a: b}',
    'sourceNamespace: infra',
    'gateways: [infra/edge]',
  ];
  const w = world(
    services('shop/cart'),
    gateway('infra/edge', `[{${HTTP_80}, hosts: ['*']}]`),
    rule('shop/a', '[a.example.com]', '[infra/edge, mesh]', `[${conditions.map(match).join(', ')}]`),
  );
  expect(w.routing.gatewayRoutes('shop/a@infra/edge', 'a.example.com', 80).map(({ origin }) => origin.path)).toEqual([
    'spec.http[4]',
  ]);
});

test('a server that redirects to https does so for its own hosts too', () => {
  const w = world(
    services('shop/cart'),
    gateway('infra/edge', `[{${HTTP_80}, hosts: ['./x.example.com', '*.example.org'], tls: {httpsRedirect: true}}]`),
    rule('shop/a', '[a.example.org]', '[infra/edge]'),
  );
  expect(hosts(w)).toEqual([
    ['*.example.org', '', 'https'],
    ['a.example.org', 'shop/a@infra/edge', 'https'],
    ['x.example.com', '', 'https'],
  ]);
});

test('a change of a weight does not gather the hosts of a gateway again', () => {
  const w = world(
    services('shop/cart'),
    gateway('infra/edge', `[{${HTTP_80}, hosts: ['*']}]`),
    rule('shop/a', '[a.example.com]', '[infra/edge]'),
  );
  const watch = w.graph.watch(
    'test',
    () => hosts(w),
    () => {},
  );
  watch.read();
  w.graph.computed.clear();
  w.put(
    rule(
      'shop/a',
      '[a.example.com]',
      '[infra/edge]',
      '[{timeout: 1s, route: [{destination: {host: cart.shop.svc.cluster.local}}]}]',
    ),
  );
  watch.read();
  expect([...w.graph.computed]).toEqual([]);
  watch.stop();
});
