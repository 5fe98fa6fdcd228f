import { expect, test } from 'vitest';
import { Graph } from '../../graph/index.ts';
import { entriesIn, type Layers as LayersOf } from '../../lib/layers.ts';
import { difference } from '../../lib/shares.ts';
import { fakePolicies } from '../../policy/testing.ts';
import type { Entry } from '../../proto/index.ts';
import { createEndpoints } from '../endpoints/index.ts';
import { NO_GATEWAY_API } from '../fake-gateway-api.ts';
import { fakeEndpoint, fakeMesh, fakeService } from '../fake-mesh.ts';
import { fakeView, fakeViews } from '../fake-views.ts';
import { createOutbound } from '../outbound.ts';
import { createClusters } from './index.ts';

const NO_SERVERS = () => ({ ports: [], udp: [], sealed: [], leftOut: [], autoPassthrough: [] });

function setUp(names: readonly string[] = ['cart', 'pay']) {
  const graph = new Graph();
  const fake = fakeMesh(graph);
  const views = fakeViews(graph);
  const outbound = createOutbound(graph, fake.mesh, NO_GATEWAY_API);
  for (const name of names) fake.services.set(fakeService(name).id, fakeService(name));
  const { services, rules, inbound, endpoints: addresses } = fake;
  const clusters = createClusters(graph, fake.mesh, fakePolicies(graph), views, outbound, NO_SERVERS, NO_GATEWAY_API);
  const endpoints = createEndpoints(graph, fake.mesh, fakePolicies(graph), views, outbound, NO_SERVERS);
  return { graph, services, rules, inbound, addresses, clusters, endpoints };
}

type Layers = LayersOf<Entry>;
const names = (layers: Layers): string[] => [...entriesIn(layers)].map(([name]) => name).sort();
const changed = (before: Layers, after: Layers): string[] =>
  after.flatMap((layer, i) => difference(before[i], layer).changed.map(({ name }) => name)).sort();
const cart = 'shop/cart.shop.svc.cluster.local';
const unsent = (layers: Layers): Entry[] =>
  [...entriesIn(layers)].map(([, entry]) => entry).filter(({ version }) => !version);

test('a sidecar has clusters of what it calls, of what it serves, and the well-known ones', () => {
  const { clusters, inbound } = setUp();
  inbound.set('cart', [{ targetPort: 8080, protocol: 'http', services: [{ id: cart, port: 80 }] }]);
  const layers = clusters.resources(fakeView());
  expect(names(layers)).toEqual([
    'BlackHoleCluster',
    'InboundPassthroughCluster',
    'PassthroughCluster',
    'inbound|8080||',
    'outbound|80||cart.shop.svc.cluster.local',
    'outbound|80||pay.shop.svc.cluster.local',
  ]);
  expect(unsent(layers)).toEqual([]);
});

test('a router passes nothing through and serves nothing', () => {
  const { clusters } = setUp(['cart']);
  expect(names(clusters.resources(fakeView({ role: 'router' })))).toEqual([
    'BlackHoleCluster',
    'outbound|80||cart.shop.svc.cluster.local',
  ]);
});

test('a sidecar speaks to an undeclared port what its client spoke, a router does not', () => {
  const { clusters, services } = setUp([]);
  services.set(cart, fakeService('cart', { ports: [{ number: 80, name: 'p', protocol: 'auto' }] }));
  const message = (view: string) =>
    JSON.stringify(clusters.explain(view, 'outbound|80||cart.shop.svc.cluster.local')?.message);
  expect(message(fakeView())).toContain('useDownstreamProtocolConfig');
  expect(message(fakeView({ role: 'router' }))).not.toContain('useDownstreamProtocolConfig');
});

test('UDP has no cluster', () => {
  const { clusters, services } = setUp([]);
  services.set(cart, fakeService('cart', { ports: [{ number: 53, name: 'dns', protocol: 'udp' }] }));
  expect(names(clusters.resources(fakeView())).filter((name) => name.startsWith('outbound'))).toEqual([]);
});

test('only a connection that iptables brought has an original destination: others are told the endpoints', () => {
  const { clusters, endpoints, services } = setUp([]);
  services.set(cart, fakeService('cart', { resolution: 'passthrough' }));
  const name = 'outbound|80||cart.shop.svc.cluster.local';
  const type = (view: string) => clusters.explain(view, name)?.message.type;
  const direct = fakeView({ interception: 'none' });
  expect([type(fakeView()), type(direct), type(fakeView({ role: 'router' }))]).toEqual(['ORIGINAL_DST', 'EDS', 'EDS']);
  expect(names(endpoints.resources(fakeView()))).toEqual([]);
  expect(names(endpoints.resources(direct))).toEqual([name]);
});

test('a rule changes the clusters of its host and no others, and no endpoints', () => {
  const { graph, clusters, endpoints, rules } = setUp();
  const cds = graph.watch(
    'cds',
    () => clusters.resources(fakeView()),
    () => {},
  );
  const eds = graph.watch(
    'eds',
    () => endpoints.resources(fakeView()),
    () => {},
  );
  rules.set(cart, { subsets: [{ name: 'v1', labels: { version: 'v1' } }], policy: {} });
  const [before, assignments] = [cds.read(), eds.read()];
  const computed = graph.computed.get('cluster')!;
  rules.set(cart, {
    subsets: [{ name: 'v1', labels: { version: 'v1' } }],
    policy: { connectionPool: { maxConnections: 5 } },
  });
  expect(changed(before, cds.read())).toEqual([
    'outbound|80|v1|cart.shop.svc.cluster.local',
    'outbound|80||cart.shop.svc.cluster.local',
  ]);
  expect(graph.computed.get('cluster')).toBe(computed + 2);
  expect(eds.read()).toBe(assignments);
});

test('an endpoint changes the assignments that it is in and no others, and no clusters', () => {
  const { graph, clusters, endpoints, addresses } = withSubsets();
  const cds = graph.watch(
    'cds',
    () => clusters.resources(fakeView()),
    () => {},
  );
  const eds = graph.watch(
    'eds',
    () => endpoints.resources(fakeView()),
    () => {},
  );
  const [before, known] = [eds.read(), cds.read()];
  addresses.set(`${cart}:80`, [fakeEndpoint('10.0.0.1', { labels: { version: 'v1' } })]);
  expect(changed(before, eds.read())).toEqual([
    'outbound|80|v1|cart.shop.svc.cluster.local',
    'outbound|80||cart.shop.svc.cluster.local',
  ]);
  expect(cds.read()).toBe(known);
});

/** `cart` has subsets v1 and v2. */
function withSubsets() {
  const made = setUp();
  made.rules.set(cart, {
    subsets: ['v1', 'v2'].map((version) => ({ name: version, labels: { version } })),
    policy: {},
  });
  return made;
}

test('every EDS cluster has its assignment, and no other name has one', () => {
  const { clusters, endpoints, services, addresses } = withSubsets();
  services.set('shop/ext.example', fakeService('ext', { host: 'ext.example', resolution: 'dns' }));
  addresses.set('shop/ext.example:80', [fakeEndpoint('ext.example')]);
  const view = fakeView();
  const wanted = names(clusters.resources(view)).filter((name) => clusters.explain(view, name)?.message.type === 'EDS');
  expect(names(endpoints.resources(view))).toEqual(wanted);
});

test('an endpoint with a name instead of an address does not cost the others', () => {
  const { endpoints, addresses } = withSubsets();
  addresses.set(`${cart}:80`, [fakeEndpoint('vm.example'), fakeEndpoint('10.0.0.1')]);
  const { message } = endpoints.explain(fakeView(), 'outbound|80||cart.shop.svc.cluster.local')!;
  expect(JSON.stringify(message)).not.toContain('vm.example');
  expect(JSON.stringify(message)).toContain('10.0.0.1');
});

test('views that differ only in zone share every layer, views of other namespaces every cluster', () => {
  const { graph, clusters } = setUp();
  const one = fakeView();
  const zone = fakeView({ locality: { region: 'eu', zone: 'a', subZone: '' } });
  const namespace = fakeView({ namespace: 'other' });
  const read = graph
    .watch(
      'all',
      () => [one, zone, namespace].map((view) => clusters.resources(view)),
      () => {},
    )
    .read();
  const [a, b, c] = read as [Layers, Layers, Layers];
  expect(a.every((layer, i) => layer === b[i])).toBe(true);
  expect(c[0]).toBe(a[0]);
});

test('without interception the application is at 127.0.0.1, and a proxy without an address serves nothing', () => {
  const { clusters, inbound } = setUp();
  inbound.set('cart', [{ targetPort: 8080, protocol: 'http', services: [{ id: cart, port: 80 }] }]);
  const direct = fakeView({ interception: 'none', addresses: ['127.1.0.7'] });
  expect(clusters.explain(direct, 'inbound|8080||')?.message).toMatchObject({ type: 'STATIC' });
  expect(clusters.explain(fakeView({ interception: 'none' }), 'inbound|8080||')).toBeUndefined();
});

test('explain knows every resource, and the object that decided it', () => {
  const { clusters, inbound } = setUp();
  inbound.set('cart', [{ targetPort: 8080, protocol: 'grpc', services: [{ id: cart, port: 80 }] }]);
  const view = fakeView();
  for (const name of names(clusters.resources(view))) expect(clusters.explain(view, name)?.message.name).toBe(name);
  const { decided } = clusters.explain(view, 'inbound|8080||')!;
  expect(decided).toEqual([{ path: '', origin: { object: '/Service/shop/cart', path: '' } }]);
  expect(clusters.explain(view, 'outbound|81||cart.shop.svc.cluster.local')).toBeUndefined();
});
