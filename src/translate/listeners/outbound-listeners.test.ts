import { expect, test } from 'vitest';
import { difference } from '../../lib/shares.ts';
import { DEFAULT_MESH_CONFIG, type ObjectKey, type Service } from '../../mesh/index.ts';
import type { TcpRoute } from '../../route/index.ts';
import { fakeEndpoint, fakeService } from '../fake-mesh.ts';
import { fakeView } from '../fake-views.ts';
import { cart, endOf, ends, entries, names, port, setUp, withPort } from './listeners.fixture.ts';

test('HTTP services on one port share a listener, that lets pass what is not HTTP', () => {
  const { listener, listeners } = setUp([fakeService('cart', { addresses: ['10.0.0.1'] }), fakeService('pay')]);
  expect(names(listeners.resources(fakeView()))).toEqual(['0.0.0.0_80', 'virtualInbound', 'virtualOutbound']);
  const built = listener('0.0.0.0_80');
  expect(ends(built)).toEqual({ chains: ['http:80'], otherwise: 'tcp:PassthroughCluster' });
  expect(built).toMatchObject({
    bindToPort: false,
    trafficDirection: 'OUTBOUND',
    defaultFilterChain: { name: 'PassthroughFilterChain' },
    filterChains: [
      { filterChainMatch: { transportProtocol: 'raw_buffer', applicationProtocols: ['http/1.1', 'h2c'] } },
    ],
  });
  expect(built.listenerFilters?.map(({ name }) => name)).toEqual([
    'envoy.filters.listener.tls_inspector',
    'envoy.filters.listener.http_inspector',
  ]);
});

test('the HTTP filters are grpc_stats, fault, cors, router, in this order', () => {
  const manager = setUp([fakeService('cart')]).listener('0.0.0.0_80').filterChains![0]!.filters![0]!;
  const { httpFilters, statPrefix } = manager.typedConfig as unknown as {
    httpFilters: { name: string }[];
    statPrefix: string;
  };
  expect(httpFilters.map(({ name }) => name.split('.').at(-1))).toEqual(['grpc_stats', 'fault', 'cors', 'router']);
  expect(statPrefix).toBe('outbound_0.0.0.0_80;');
});

test('with registry-only, what nobody described goes nowhere', () => {
  const { listener, config } = setUp([fakeService('cart')]);
  config.set('', { ...DEFAULT_MESH_CONFIG, outboundTrafficPolicy: 'registry-only' });
  expect(ends(listener('0.0.0.0_80')).otherwise).toBe('tcp:BlackHoleCluster');
  expect(ends(listener('virtualOutbound')).chains).toEqual(['tcp:BlackHoleCluster', 'tcp:BlackHoleCluster']);
});

test.each<[string, readonly Service[], string, readonly (string | undefined)[], string | undefined]>([
  [
    'TCP with an address has its own listener',
    [withPort('db', 'tcp', { addresses: ['10.0.0.5'] }, 5432)],
    '10.0.0.5_5432',
    ['tcp:outbound|5432||db.shop.svc.cluster.local'],
    undefined,
  ],
  [
    'TCP without an address takes the port',
    [withPort('db', 'tcp', {}, 5432)],
    '0.0.0.0_5432',
    ['tcp:outbound|5432||db.shop.svc.cluster.local'],
    undefined,
  ],
  [
    'of two such, the first by host has it',
    [withPort('b', 'tcp', {}, 5432), withPort('a', 'tcp', {}, 5432)],
    '0.0.0.0_5432',
    ['tcp:outbound|5432||a.shop.svc.cluster.local'],
    undefined,
  ],
  [
    'HTTP and TCP on one port are told apart',
    [fakeService('web'), withPort('raw', 'tcp')],
    '0.0.0.0_80',
    ['http:80'],
    'tcp:outbound|80||raw.shop.svc.cluster.local',
  ],
  [
    'but not where servers speak first',
    [withPort('a', 'mysql', {}, 3306), withPort('b', 'http', {}, 3306)],
    '0.0.0.0_3306',
    ['tcp:outbound|3306||a.shop.svc.cluster.local'],
    undefined,
  ],
  [
    'a detected protocol with an address has its own route',
    [withPort('cart', 'auto', { addresses: ['10.0.0.1'] })],
    '10.0.0.1_80',
    ['http:cart.shop.svc.cluster.local:80'],
    'tcp:outbound|80||cart.shop.svc.cluster.local',
  ],
  [
    'a detected protocol without one shares the port’s',
    [withPort('cart', 'auto')],
    '0.0.0.0_80',
    ['http:80'],
    'tcp:outbound|80||cart.shop.svc.cluster.local',
  ],
  [
    'a /32 is an address',
    [withPort('db', 'tcp', { addresses: ['10.0.0.5/32'] })],
    '10.0.0.5_80',
    ['tcp:outbound|80||db.shop.svc.cluster.local'],
    undefined,
  ],
])('%s', (_, services, name, chains, otherwise) => {
  const { listener, listeners } = setUp(services);
  expect(ends(listener(name))).toEqual({ chains, otherwise });
  expect(entries(listeners.resources(fakeView())).filter(({ version }) => !version)).toEqual([]);
});

test('TLS without an address is told apart by server name', () => {
  const external = (host: string): Service =>
    withPort('x', 'tls', { host, resolution: 'dns', kind: 'service-entry' }, 443);
  const built = setUp([external('a.example'), external('b.example')]).listener('0.0.0.0_443');
  expect(built.filterChains?.map(({ filterChainMatch }) => filterChainMatch?.serverNames)).toEqual([
    ['a.example'],
    ['b.example'],
  ]);
  expect(ends(built).otherwise).toBe('tcp:PassthroughCluster');
  expect(built.listenerFilters?.map(({ name }) => name)).toEqual(['envoy.filters.listener.tls_inspector']);
});

test('a range of addresses is a chain of the port', () => {
  const [chain] = setUp([withPort('db', 'tcp', { addresses: ['10.1.0.0/16'] })]).listener('0.0.0.0_80').filterChains!;
  expect(chain?.filterChainMatch).toEqual({ prefixRanges: [{ addressPrefix: '10.1.0.0', prefixLen: 16 }] });
});

const tcpRoute = (match: Partial<TcpRoute['match']>, ...to: readonly [name: string, weight: number][]): TcpRoute => ({
  origin: { object: 'networking.istio.io/VirtualService/shop/db' as ObjectKey, path: 'spec.tcp[0]' },
  match: { sniHosts: [], destinationSubnets: [], sourceSubnets: [], ...match },
  destinations: to.map(([name, weight]) => ({
    to: name === 'broken' ? { kind: 'broken', status: 500 } : { kind: 'service', host: name, port: 5432, subset: 'v2' },
    weight,
    headers: undefined,
    origin: { object: 'networking.istio.io/VirtualService/shop/db' as ObjectKey, path: '' },
  })),
});

test('a rule for connections decides where they go, by weight, and the share of what is broken is closed', () => {
  const { listener } = setUp([withPort('db', 'tcp', { addresses: ['10.0.0.5'] }, 5432)], {
    tcpRoutes: () => [tcpRoute({}, ['new.example', 3], ['broken', 1], ['none.example', 0])],
  });
  const built = listener('10.0.0.5_5432');
  expect(built.filterChains).toHaveLength(1);
  expect(built.filterChains?.[0]?.filters?.[0]?.typedConfig).toMatchObject({
    statPrefix: 'db.shop',
    weightedClusters: {
      clusters: [
        { name: 'outbound|5432|v2|new.example', weight: 3 },
        { name: 'BlackHoleCluster', weight: 1 },
      ],
    },
  });
});

test('what rules for connections do not speak of goes to the service', () => {
  const { listener, listeners } = setUp([withPort('db', 'tls', { addresses: ['10.0.0.5'] }, 5432)], {
    tcpRoutes: () => [
      tcpRoute({ sniHosts: ['a.example', 'b.example'] }, ['a.example', 1]),
      tcpRoute({ sniHosts: ['b.example', 'c.example'] }, ['b.example', 1]),
      tcpRoute({ sourceSubnets: ['10.9.0.0/16', '10.8.0.1'] }, ['c.example', 1]),
    ],
  });
  const built = listener('10.0.0.5_5432');
  expect(built.filterChains?.map((chain) => [chain.filterChainMatch, endOf(chain)])).toEqual([
    [{ serverNames: ['a.example', 'b.example'] }, 'tcp:outbound|5432|v2|a.example'],
    [{ serverNames: ['c.example'] }, 'tcp:outbound|5432|v2|b.example'],
    [
      {
        sourcePrefixRanges: [
          { addressPrefix: '10.9.0.0', prefixLen: 16 },
          { addressPrefix: '10.8.0.1', prefixLen: 32 },
        ],
      },
      'tcp:outbound|5432|v2|c.example',
    ],
  ]);
  expect(ends(built).otherwise).toBe('tcp:outbound|5432||db.shop.svc.cluster.local');
  expect(entries(listeners.resources(fakeView())).filter(({ version }) => !version)).toEqual([]);
});

test('clients that no rule for connections tells apart share listeners', () => {
  const { graph, listeners } = setUp([fakeService('cart')]);
  const views = [fakeView(), fakeView({ labels: { app: 'pay' } })];
  const [one, other] = graph
    .watch(
      'all',
      () => views.map((view) => listeners.resources(view)),
      () => {},
    )
    .read();
  expect(one![0]).toBe(other![0]);
  const told = setUp([fakeService('cart')], { clientLabelKeys: () => ['app'] });
  const [a, b] = told.graph
    .watch(
      'all',
      () => views.map((view) => told.listeners.resources(view)),
      () => {},
    )
    .read();
  expect(a![0]).not.toBe(b![0]);
});

test('a headless service that is not HTTP is called at its instances', () => {
  const { listeners, endpoints } = setUp([withPort('db', 'tcp', { resolution: 'passthrough' }, 5432)]);
  endpoints.set('shop/db.shop.svc.cluster.local:5432', [fakeEndpoint('10.2.0.1'), fakeEndpoint('10.2.0.2')]);
  expect(names(listeners.resources(fakeView()))).toEqual([
    '10.2.0.1_5432',
    '10.2.0.2_5432',
    'virtualInbound',
    'virtualOutbound',
  ]);
});

test('a service on a port of the proxy itself has no listener', () => {
  const { listeners } = setUp([withPort('a', 'http', {}, 15001), withPort('b', 'tcp', {}, 15006)]);
  expect(names(listeners.resources(fakeView()))).toEqual(['virtualInbound', 'virtualOutbound']);
});

test('a new service on a new port makes one listener, on a known port none', () => {
  const { graph, listeners, services } = setUp([fakeService('cart')]);
  const watch = graph.watch(
    'lds',
    () => listeners.resources(fakeView()),
    () => {},
  );
  const before = watch.read();
  const pay = fakeService('pay');
  services.set(pay.id, pay);
  const same = watch.read();
  expect(same).toBe(before);
  services.set(pay.id, { ...pay, ports: [port(81, 'http')] });
  const after = watch.read();
  expect(after.flatMap((layer, i) => difference(same[i], layer).changed.map(({ name }) => name))).toEqual([
    '0.0.0.0_81',
  ]);
});

test('an endpoint that comes or goes changes no listener', () => {
  const { graph, listeners, endpoints } = setUp([fakeService('cart')]);
  const watch = graph.watch(
    'lds',
    () => listeners.resources(fakeView()),
    () => {},
  );
  const before = watch.read();
  endpoints.set(`${cart}:80`, [fakeEndpoint('10.0.0.1')]);
  expect(watch.read()).toBe(before);
});
