import { expect, test } from 'vitest';
import type { Labels, ObjectKey, Service } from '../../mesh/index.ts';
import type { Listener } from '../../proto/index.ts';
import type { InboundHost, Routing, TcpRoute } from '../../route/index.ts';
import { fakeView } from '../fake-views.ts';
import { cart, ends, names, setUp, withPort } from './listeners.fixture.ts';

const object = 'gateway.networking.k8s.io/HTTPRoute/shop/r' as ObjectKey;

/** All ports have rules. */
function routed(as: 'requests' | 'connections', tcpRoutes: readonly TcpRoute[] = []): Partial<Routing> {
  const origins = [{ object, path: 'spec.parentRefs[0]' }];
  return { routedPort: () => ({ as, origins }), routedHosts: () => [], tcpRoutes: () => tcpRoutes };
}

const filterNames = ({ filterChains = [] }: Listener): readonly string[] => {
  const config = filterChains.at(-1)?.filters?.at(-1)?.typedConfig ?? {};
  const { httpFilters = [] } = config as { readonly httpFilters?: readonly { readonly name: string }[] };
  return httpFilters.map(({ name }) => name.split('.').at(-1)!);
};

test('HTTP with rules has a listener at each address, and its route is the whole of that listener', () => {
  const twice = withPort('cart', 'http', { addresses: ['10.0.0.1', '10.0.0.2'] });
  const { listener, listeners } = setUp([twice], routed('requests'));
  expect(names(listeners.resources(fakeView()))).toEqual([
    '0.0.0.0_80',
    '10.0.0.1_80',
    '10.0.0.2_80',
    'virtualInbound',
    'virtualOutbound',
  ]);
  const own = ends(listener('10.0.0.2_80'));
  expect(own).toEqual({ chains: ['http:cart.shop.svc.cluster.local:80'], otherwise: undefined });
});

test('only where rules hold may routes keep sessions and ask others', () => {
  const asks = (service: Service, name: string, view = {}) =>
    filterNames(setUp([service], routed('requests')).listener(name, view)).includes('route_authorization');
  const addressed = withPort('cart', 'http', { addresses: ['10.0.0.1'] });
  const unaddressed = withPort('cart', 'http');
  expect(asks(addressed, '10.0.0.1_80')).toBe(true);
  expect(asks(addressed, '0.0.0.0_80')).toBe(false);
  expect(asks(unaddressed, '0.0.0.0_80')).toBe(true);
  expect(asks(addressed, '127.0.0.1_80', { interception: 'none' })).toBe(true);
  const proxy = setUp([addressed], { ...routed('requests'), routedHosts: () => [{ host: 'cart', port: 80 }] });
  expect(filterNames(proxy.listener('127.0.0.1_15002', { httpProxyPort: 15002 }))).toContain('route_authorization');
});

test('without iptables HTTP is called at 127.0.0.1 by its Host, and at its own loopback address whatever that says', () => {
  const { listener, listeners } = setUp([withPort('cart', 'http', { addresses: ['127.30.0.1', '10.0.0.1'] })]);
  const view = { interception: 'none' } as const;
  expect(names(listeners.resources(fakeView(view)))).toEqual(['127.0.0.1_80', '127.30.0.1_80']);
  expect(ends(listener('127.0.0.1_80', view)).chains).toEqual(['http:80']);
  expect(ends(listener('127.30.0.1_80', view)).chains).toEqual(['http:cart.shop.svc.cluster.local:80']);
});

test('rules for connections are for those that look like HTTP, too', () => {
  const origin = { object, path: '' };
  const match = { sniHosts: [], destinationSubnets: [], sourceSubnets: [] };
  const closed: TcpRoute = { origin, match, destinations: [] };
  const { listener } = setUp([withPort('any', 'auto', { addresses: ['10.0.0.1'] })], routed('connections', [closed]));
  expect(ends(listener('10.0.0.1_80'))).toEqual({ chains: ['tcp:BlackHoleCluster'], otherwise: undefined });
});

const origin = { object, path: 'spec.rules[0]' };
const HOSTS: readonly InboundHost[] = [
  {
    host: '*',
    routes: [
      {
        name: undefined,
        origin,
        match: { path: { kind: 'exact', value: '/a' }, ignoreCase: false, headers: [], queryParams: [] },
        action: { kind: 'deliver', rewritePath: undefined, rewriteHost: undefined },
        policy: {},
      },
    ],
  },
];

test('the routes of a Server stand in all chains of its port that read requests, each with who decided it', () => {
  const serverOf = (_: { readonly labels: Labels }, port: number) => (port === 8080 ? 'shop/server' : undefined);
  const inboundHosts = (server: string) => (server === 'shop/server' ? HOSTS : []);
  const { inbound, listeners, listener } = setUp([withPort('cart', 'http')], { inboundHosts }, { serverOf });
  inbound.set('cart', [{ targetPort: 8080, protocol: 'http', services: [{ id: cart, port: 80 }] }]);
  const view = { secrets: 'ads' } as const;
  const built = listener('virtualInbound', view);
  const configs = (built.filterChains ?? []).flatMap(({ filters = [], filterChainMatch }) => {
    const { routeConfig } = (filters.at(-1)?.typedConfig ?? {}) as {
      routeConfig?: { virtualHosts: readonly { routes: readonly { match: object; directResponse?: object }[] }[] };
    };
    return filterChainMatch?.destinationPort === 8080 && routeConfig ? [routeConfig] : [];
  });
  expect(configs.length).toBeGreaterThan(1);
  for (const { virtualHosts } of configs) {
    expect(virtualHosts.map(({ routes }) => routes.map(({ match }) => match))).toEqual([
      [{ path: '/a', caseSensitive: true }, { prefix: '/' }],
    ]);
    expect(virtualHosts[0]!.routes[1]!.directResponse).toEqual({ status: 404 });
  }
  const decided = listeners.explain(fakeView(view), 'virtualInbound')!.decided.filter((one) => one.origin === origin);
  expect(decided.map(({ path }) => path)).toEqual(
    expect.arrayContaining([
      expect.stringMatching(
        /^filterChains\[\d+\]\.filters\[0\]\.typedConfig\.routeConfig\.virtualHosts\[0\]\.routes\[0\]$/,
      ),
    ]),
  );
  expect(decided.length).toBe(configs.length);
});
