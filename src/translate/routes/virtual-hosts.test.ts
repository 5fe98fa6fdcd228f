import { expect, test } from 'vitest';
import { services, world } from '../../route/testing.ts';
import { fakeView } from '../fake-views.ts';
import { sent, translators } from './testing.ts';

const DELTA = fakeView();
const SOTW = fakeView({ virtualHosts: 'inline' });
const CART = 'cart.shop.svc.cluster.local';

function cart(http: string): string {
  return `{kind: VirtualService, row: shop/cart, spec: {hosts: [cart], http: ${http}}}`;
}

test('a delta proxy has a route for each port, and each virtual host as a resource of its own', () => {
  const w = world(services('shop/cart', 'shop/pay:8080'));
  const routes = sent(w, DELTA);
  expect(Object.keys(routes)).toEqual(['80', '8080']);
  expect(routes['80']).toEqual({
    name: '80',
    virtualHosts: [
      {
        name: 'allow_any',
        domains: ['*'],
        routes: [
          {
            name: 'allow_any',
            match: { prefix: '/' },
            route: { cluster: 'PassthroughCluster', timeout: '0s', maxGrpcTimeout: '0s' },
          },
        ],
        includeRequestAttemptCount: true,
      },
    ],
    vhds: { configSource: { ads: {}, resourceApiVersion: 'V3' } },
    validateClusters: false,
    ignorePortInHostMatching: true,
    maxDirectResponseBodySizeBytes: 1048576,
  });
  expect(Object.keys(sent(w, DELTA, 'vhds'))).toEqual([`80/${CART}:80`, '8080/pay.shop.svc.cluster.local:8080']);
});

test('any other proxy has the same virtual hosts inside its routes, and the catch-all last', () => {
  const w = world(services('shop/cart', 'shop/pay'));
  const { virtualHosts, vhds } = sent(w, SOTW)['80']!;
  expect(virtualHosts!.map(({ name }) => name)).toEqual([`${CART}:80`, 'pay.shop.svc.cluster.local:80', 'allow_any']);
  const name = `80/${CART}:80`;
  expect({ ...virtualHosts![0], name }).toEqual(sent(w, DELTA, 'vhds')[name]);
  expect(vhds).toBeUndefined();
  expect(sent(w, SOTW, 'vhds')).toEqual({});
});

test('without rules everything goes to the service, with the default retries and no timeout', () => {
  const host = sent(world(services('shop/cart')), DELTA, 'vhds')[`80/${CART}:80`];
  expect(host).toEqual({
    name: `80/${CART}:80`,
    domains: [CART, 'cart', 'cart.shop.svc', 'cart.shop', '10.0.0.1'],
    routes: [
      {
        name: 'default',
        match: { prefix: '/' },
        route: {
          cluster: `outbound|80||${CART}`,
          timeout: '0s',
          maxGrpcTimeout: '0s',
          retryPolicy: {
            retryOn: 'connect-failure,refused-stream,unavailable,cancelled,retriable-status-codes',
            numRetries: 2,
            retryHostPredicate: [
              {
                name: 'envoy.retry_host_predicates.previous_hosts',
                typedConfig: {
                  '@type': 'type.googleapis.com/envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate',
                },
              },
            ],
            hostSelectionRetryMaxAttempts: '5',
          },
        },
        decorator: { operation: `${CART}:80/*` },
      },
    ],
    includeRequestAttemptCount: true,
  });
});

test('the bare name of a service is for its own namespace', () => {
  const other = sent(world(services('shop/cart')), fakeView({ namespace: 'other' }), 'vhds');
  expect(other[`80/${CART}:80`]!.domains).toEqual([CART, 'cart.shop', 'cart.shop.svc', '10.0.0.1']);
});

test.each([
  [
    'a headless service answers for every name below it',
    '{kind: Service, row: shop/db, spec: {clusterIP: None, ports: [{name: http, port: 80}]}}',
    [
      'db.shop.svc.cluster.local',
      'db',
      'db.shop.svc',
      'db.shop',
      '*.db.shop.svc.cluster.local',
      '*.db',
      '*.db.shop.svc',
      '*.db.shop',
    ],
  ],
  [
    'addresses of version 6 stand in brackets',
    '{kind: ServiceEntry, row: shop/x, spec: {hosts: [x.example.com], addresses: ["2001:db8::1", 10.1.0.0/16], ports: [{number: 80, name: http, protocol: HTTP}], resolution: STATIC}}',
    ['x.example.com', '[2001:db8::1]'],
  ],
])('%s', (_, document, domains) => {
  expect(Object.values(sent(world(document), DELTA, 'vhds'))[0]!.domains).toEqual(domains);
});

test('two hosts never have one domain: full hosts go before short names, then the first one has it', () => {
  const entry = (host: string) =>
    `{kind: ServiceEntry, row: shop/${host.replaceAll('.', '-')}, spec: {hosts: [${host}], addresses: [10.0.0.1], ports: [{number: 80, name: http, protocol: HTTP}], resolution: STATIC}}`;
  const hosts = sent(world(services('shop/cart'), entry('cart.shop'), entry('a.example.com')), DELTA, 'vhds');
  expect(Object.values(hosts).map(({ domains }) => domains)).toEqual([
    ['a.example.com', '10.0.0.1'],
    [CART, 'cart', 'cart.shop.svc'],
    ['cart.shop'],
  ]);
});

test('a service whose protocol is detected has a route of its own, for any host', () => {
  const auto = '{kind: Service, row: shop/any, spec: {clusterIP: 10.0.0.9, ports: [{name: what, port: 90}]}}';
  const w = world(auto);
  const routes = sent(w, DELTA);
  expect(Object.keys(routes)).toEqual(['any.shop.svc.cluster.local:90']);
  expect(routes['any.shop.svc.cluster.local:90']!.virtualHosts).toMatchObject([{ domains: ['*'] }]);
  expect(sent(w, DELTA, 'vhds')).toEqual({});
});

test('on the HTTP proxy port hosts carry their ports', () => {
  const { http_proxy: route } = sent(
    world(services('shop/cart', 'other/pay:8080')),
    fakeView({ virtualHosts: 'inline', httpProxyPort: 15080 }),
  );
  expect(route).toMatchObject({
    virtualHosts: [
      { domains: expect.arrayContaining(['cart', 'cart:80']) },
      { domains: ['pay.other.svc.cluster.local:8080', 'pay.other:8080', 'pay.other.svc:8080', '10.0.0.2:8080'] },
      { name: 'allow_any' },
    ],
  });
  expect(route).not.toHaveProperty('ignorePortInHostMatching');
});

test('a host that only a rule names is served on port 80', () => {
  const extra =
    '{kind: VirtualService, row: shop/x, spec: {hosts: [x.example.com], http: [{route: [{destination: {host: cart}}]}]}}';
  const host = sent(world(services('shop/cart'), extra), DELTA, 'vhds')['80/x.example.com:80'];
  expect(host).toMatchObject({ domains: ['x.example.com'], routes: [{ route: { cluster: `outbound|80||${CART}` } }] });
});

const EDGE = `{kind: Gateway, row: shop/edge, spec: {selector: {istio: ingress}, servers: [
  {port: {number: 80, name: http, protocol: HTTP}, hosts: ['*.example.com'], tls: {httpsRedirect: true}},
  {port: {number: 8080, name: alt, protocol: HTTP}, hosts: ['*.example.com']},
  {port: {number: 9090, name: none, protocol: HTTP}, hosts: ['a.example.org']}]}}`;
const INGRESS =
  '{kind: VirtualService, row: shop/in, spec: {hosts: [cart.example.com], gateways: [edge], http: [{route: [{destination: {host: cart}}]}]}}';

test('a gateway has a route for each port, its hosts in it, and answers 404 where it has none', () => {
  const routes = sent(
    world(services('shop/cart'), EDGE, INGRESS),
    fakeView({ role: 'router', labels: { istio: 'ingress' }, virtualHosts: 'inline' }),
  );
  const shown = Object.values(routes).map(({ name, virtualHosts }) => [
    name,
    ...virtualHosts!.map((host) => [host.name, host.domains, host.requireTls]),
  ]);
  expect(shown).toEqual([
    ['http.80', ['*.example.com:80', ['*.example.com'], 'ALL'], ['cart.example.com:80', ['cart.example.com'], 'ALL']],
    ['http.8080', ['cart.example.com:8080', ['cart.example.com'], undefined]],
    ['http.9090', ['blackhole:9090', ['*'], undefined]],
  ]);
});

test('hosts of a gateway too are resources of their own to a delta proxy', () => {
  const view = fakeView({ role: 'router', labels: { istio: 'ingress' } });
  const w = world(services('shop/cart'), EDGE, INGRESS);
  expect(sent(w, view)['http.8080']).toMatchObject({ vhds: {} });
  expect(sent(w, view)['http.9090']).not.toHaveProperty('vhds');
  expect(Object.keys(sent(w, view, 'vhds'))).toEqual([
    'http.80/*.example.com:80',
    'http.80/cart.example.com:80',
    'http.8080/cart.example.com:8080',
  ]);
});

test('explain names who decided the host, the route and the share', () => {
  const w = world(services('shop/cart'), cart('[{match: [{uri: {exact: /a}}], route: [{destination: {host: cart}}]}]'));
  const rule = 'networking.istio.io/VirtualService/shop/cart';
  const inHost = [
    { path: '', origin: { object: '/Service/shop/cart', path: 'spec' } },
    { path: 'routes[0]', origin: { object: rule, path: 'spec.http[0]' } },
    { path: 'routes[0].route.cluster', origin: { object: rule, path: 'spec.http[0].route[0]' } },
  ];
  const { rds, vhds } = translators(w);
  expect(vhds.explain(DELTA, `80/${CART}:80`)?.decided).toEqual(inHost);
  expect(rds.explain(SOTW, '80')?.decided.map(({ path }) => path)).toEqual([
    'virtualHosts[0]',
    'virtualHosts[0].routes[0]',
    'virtualHosts[0].routes[0].route.cluster',
  ]);
  expect(vhds.explain(DELTA, '80/nobody:80')).toBeUndefined();
});
