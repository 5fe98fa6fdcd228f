import { expect, test } from 'vitest';
import type { ObjectKey } from '../../api/index.ts';
import { ELSEWHERE } from '../../mesh/index.ts';
import type { Route, TcpRoute } from '../route.ts';
import { services, type World, world } from '../testing.ts';

const V1 = 'gateway.networking.k8s.io/v1';
const host = (row: string): string => `${row.split('/').reverse().join('.')}.svc.cluster.local`;
const CART = host('shop/cart');

/** A route that sends to a Service of its own name and namespace, unless said otherwise. */
function route(kind: string, row: string, parents: string, { to = row, rules = '', created = '' } = {}): string {
  const [namespace, name] = to.split('/');
  const said = rules || `[{backendRefs: [{name: ${name}, namespace: ${namespace}, port: 80}]}]`;
  const age = created && `, created: '${created}'`;
  return `{apiVersion: ${V1}, kind: ${kind}, row: ${row}${age}, spec: {parentRefs: [${parents}], rules: ${said}}}`;
}

const parent = (row: string, rest = ''): string =>
  `{group: '', kind: Service, namespace: ${row.split('/')[0]}, name: ${row.split('/')[1]}${rest}}`;

const SERVICES = `${services('shop/cart:80:8080', 'shop/blue', 'shop/green')}
---
{kind: Service, row: shop/db, spec: {clusterIP: 10.0.1.1, ports: [{name: tcp, port: 80}, {name: tls, port: 443}, {name: x, port: 9}]}}`;

/** Where calls of a host go: the hosts of its first rule, `404`, or undefined where nobody said anything. */
function goes({ routing }: World, namespace: string, to: string, port = 80): string | undefined {
  const client = { namespace, labels: {} };
  const set = routing.routesFor(namespace, to);
  const routes = routing.routesSeen(set, routing.perspective(set, client, to), { port });
  return routes.length === 0 ? undefined : textOf(routes[0]!);
}

function textOf({ action }: Pick<Route, 'action'>): string {
  if (action.kind !== 'forward') return action.kind === 'direct-response' ? `${action.status}` : action.kind;
  return action.destinations.map(destination).join(' ');
}

const destination = ({ to }: TcpRoute['destinations'][number]): string =>
  to.kind === 'service' ? to.host.split('.')[0]! : to.kind === 'broken' ? `${to.status}` : to.kind;

/** What becomes of connections: `*.example→blue`, and last `→` for what is closed. */
function connections({ routing }: World, namespace: string, to: string, port: number): readonly string[] {
  const set = routing.routesFor(namespace, to);
  return routing
    .tcpRoutes(set, { namespace, labels: {} }, to, port)
    .map(({ match, destinations }) => `${match.sniHosts.join(',')}→${destinations.map(destination).join(' ')}`);
}

const status = ({ routing }: World, kind: string, row: string): readonly string[] =>
  routing.gatewayApi
    .attachments(`gateway.networking.k8s.io/${kind}/${row}` as ObjectKey)
    .map(({ accepted }) => `${accepted.ok ? 'True' : 'False'}/${accepted.reason}`);

test('a route of the namespace of a Service is for every client, and takes the place of what went without one', () => {
  const w = world(SERVICES);
  expect(goes(w, 'shop', CART)).toBeUndefined();
  w.put(route('HTTPRoute', 'shop/r', parent('shop/cart'), { to: 'shop/blue' }));
  for (const namespace of ['shop', 'office', ELSEWHERE]) {
    expect(goes(w, namespace, CART)).toBe('blue');
    expect(goes(w, namespace, CART, 8080)).toBe('blue');
  }
  expect(goes(w, 'shop', host('shop/blue'))).toBeUndefined();
});

test('a route of another namespace is for the clients of that one, where it takes the place of the others, port by port', () => {
  const ours = route('HTTPRoute', 'office/r', parent('shop/cart', ', port: 80'), { to: 'shop/green' });
  const w = world(SERVICES, route('HTTPRoute', 'shop/r', parent('shop/cart'), { to: 'shop/blue' }), ours);
  expect([80, 8080].map((port) => goes(w, 'office', CART, port))).toEqual(['green', 'blue']);
  expect([80, 8080].map((port) => goes(w, 'shop', CART, port))).toEqual(['blue', 'blue']);
  w.drop('office/r', `gateway.networking.k8s.io/HTTPRoute`);
  expect(goes(w, 'office', CART)).toBe('blue');
});

test('several routes of one namespace are one list: the closest match, then the older route', () => {
  const matching = (path: string, to: string): string =>
    `[{matches: [{path: {value: ${path}}}], backendRefs: [{name: ${to}, port: 80}]}]`;
  const old = { rules: matching('/', 'blue'), created: '2026-01-01T00:00:00Z' };
  const w = world(
    SERVICES,
    route('HTTPRoute', 'shop/a', parent('shop/cart'), {
      rules: matching('/', 'cart'),
      created: '2026-02-01T00:00:00Z',
    }),
    route('HTTPRoute', 'shop/b', parent('shop/cart'), old),
  );
  expect(goes(w, 'shop', CART)).toBe('blue');
  w.put(route('HTTPRoute', 'shop/c', parent('shop/cart'), { rules: matching('/x', 'green') }));
  expect(goes(w, 'shop', CART)).toBe('green');
});

test('a route without rules that can be followed is found, and leads nowhere', () => {
  const w = world(SERVICES, route('GRPCRoute', 'shop/r', parent('shop/cart'), { rules: '[]' }));
  expect(goes(w, 'shop', CART)).toBe('404');
  w.put(route('HTTPRoute', 'shop/q', parent('shop/blue'), { rules: '[{}]' }));
  expect(goes(w, 'shop', host('shop/blue'))).toBe('500');
});

test('in the mesh nobody needs a grant, but a Service that is not exported to who calls is not there', () => {
  const w = world(SERVICES, route('HTTPRoute', 'office/r', parent('shop/cart'), { to: 'shop/blue' }));
  expect(goes(w, 'office', CART)).toBe('blue');
  const annotations = "{'networking.istio.io/exportTo': shop}";
  w.put(
    `{kind: Service, metadata: {namespace: shop, name: blue, annotations: ${annotations}}, spec: {ports: [{name: http, port: 80}]}}`,
  );
  expect(goes(w, 'office', CART)).toBe('500');
});

test('of routes of several kinds the most specific has a port, and the others what is left', () => {
  const w = world(
    SERVICES,
    route('HTTPRoute', 'shop/h', parent('shop/cart'), { to: 'shop/blue' }),
    route('GRPCRoute', 'shop/g', parent('shop/cart', ', port: 8080'), { to: 'shop/green' }),
  );
  expect([80, 8080].map((port) => goes(w, 'shop', CART, port))).toEqual(['blue', 'green']);
  expect(status(w, 'HTTPRoute', 'shop/h')).toEqual(['True/Accepted']);
  w.put(route('GRPCRoute', 'shop/all', parent('shop/cart'), { to: 'shop/green' }));
  expect(status(w, 'HTTPRoute', 'shop/h')).toEqual(['False/Conflicted']);
  // Those of another namespace are in nobody's way.
  w.put(route('HTTPRoute', 'office/h', parent('shop/cart'), { to: 'shop/blue' }));
  expect(status(w, 'HTTPRoute', 'office/h')).toEqual(['True/Accepted']);
  expect(goes(w, 'office', CART)).toBe('blue');
});

test('connections go by the oldest route, or by their server names, and what none of them takes is closed', () => {
  const w = world(
    SERVICES,
    route('TCPRoute', 'shop/b', parent('shop/db', ', port: 80'), { to: 'shop/blue', created: '2026-02-01T00:00:00Z' }),
    route('TCPRoute', 'shop/a', parent('shop/db', ', port: 80'), { to: 'shop/green' }),
  );
  expect(connections(w, 'office', host('shop/db'), 80)).toEqual(['→green', '→blue', '→']);
  expect(connections(w, 'office', host('shop/db'), 443)).toEqual([]);
  w.put(
    `{apiVersion: ${V1}, kind: TLSRoute, row: shop/t, spec: {hostnames: ['*.example'], parentRefs: [${parent('shop/db', ', port: 443')}], rules: [{backendRefs: [{name: none, port: 80}]}]}}`,
  );
  expect(connections(w, 'office', host('shop/db'), 443)).toEqual(['*.example→500', '→']);
  expect(goes(w, 'office', host('shop/db'))).toBeUndefined();
  expect(w.routing.routedPort('office', host('shop/db'), 443)?.as).toBe('connections');
});

test.each([
  ['HTTPRoute', parent('shop/cart', ', port: 81'), 'False/NoMatchingParent'],
  ['HTTPRoute', parent('shop/cart', ', sectionName: http-8080'), 'True/Accepted'],
  ['HTTPRoute', parent('shop/cart', ', sectionName: http-80, port: 8080'), 'False/NoMatchingParent'],
  ['HTTPRoute', parent('shop/none'), 'False/NoMatchingParent'],
  ['HTTPRoute', parent('shop/db', ', port: 80'), 'False/NoMatchingParent'],
  ['HTTPRoute', parent('shop/db', ', port: 9'), 'True/Accepted'],
  ['TCPRoute', parent('shop/cart'), 'False/NoMatchingParent'],
  ['TCPRoute', parent('shop/db'), 'True/Accepted'],
  ['UDPRoute', parent('shop/cart'), 'False/UnsupportedValue'],
  ['HTTPRoute', parent('shop/headless'), 'False/UnsupportedValue'],
  ['HTTPRoute', parent('shop/elsewhere'), 'False/UnsupportedValue'],
])('a %s for %s is %s', (kind, to, expected) => {
  const w = world(
    SERVICES,
    '{kind: Service, row: shop/headless, spec: {clusterIP: None, ports: [{name: http, port: 80}]}}',
    '{kind: Service, row: shop/elsewhere, spec: {type: ExternalName, externalName: a.example, ports: [{name: http, port: 80}]}}',
    route(kind, 'shop/r', to, { to: 'shop/cart' }),
  );
  expect(status(w, kind, 'shop/r')).toEqual([expected]);
});

test('a ServiceEntry may be the parent, for all of its hosts', () => {
  const entry = '{hosts: [a.example, b.example], ports: [{name: http, number: 80, protocol: HTTP}], resolution: DNS}';
  const w = world(
    SERVICES,
    `{kind: ServiceEntry, row: shop/e, spec: ${entry}}`,
    route('HTTPRoute', 'shop/r', '{group: networking.istio.io, kind: ServiceEntry, name: e}', { to: 'shop/blue' }),
  );
  expect(['a.example', 'b.example'].map((to) => goes(w, 'office', to))).toEqual(['blue', 'blue']);
  expect(w.routing.routedHosts('office')).toEqual([
    { host: 'a.example', port: 80 },
    { host: 'b.example', port: 80 },
  ]);
});

test('before a VirtualService a route holds, and the VirtualService is told', () => {
  const vs = `{kind: VirtualService, row: shop/vs, spec: {hosts: [cart], http: [{route: [{destination: {host: green}}]}]}}`;
  const w = world(SERVICES, vs);
  expect(goes(w, 'shop', CART)).toBe('green');
  w.put(route('HTTPRoute', 'shop/r', parent('shop/cart'), { to: 'shop/blue' }));
  expect(goes(w, 'shop', CART)).toBe('blue');
  expect(w.problems('shop/vs').map(({ severity, code, path }) => [severity, code, path])).toEqual([
    ['warning', 'host-taken', 'spec.hosts[0]'],
  ]);
});

test('a route for the clients of one namespace wakes no other, and a changed rule wakes nobody who asks what holds where', () => {
  const w = world(SERVICES, route('HTTPRoute', 'shop/r', parent('shop/cart'), { to: 'shop/blue' }));
  const said = (namespace: string) => [
    w.routing.routesFor(namespace, CART),
    w.routing.routedPort(namespace, CART, 80),
    w.routing.routedHosts(namespace),
    w.routing.ownHosts(namespace),
  ];
  const counted = (namespace: string) => {
    let runs = 0;
    const query = w.graph.query(`said.${namespace}`, () => {
      runs++;
      return said(namespace);
    });
    const watch = w.graph.watch(
      'test',
      () => query(''),
      () => {},
    );
    watch.read();
    return () => {
      watch.read();
      return runs;
    };
  };
  const [shop, office] = [counted('shop'), counted('office')];
  w.put(route('HTTPRoute', 'shop/r', parent('shop/cart'), { to: 'shop/green' }));
  expect([shop(), office()]).toEqual([1, 1]);
  w.put(route('HTTPRoute', 'office/r', parent('shop/cart'), { to: 'shop/green' }));
  expect([shop(), office()]).toEqual([1, 2]);
});
