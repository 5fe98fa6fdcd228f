import { expect, test } from 'vitest';
import { Graph } from '../graph/index.ts';
import { DEFAULT_MESH_CONFIG } from '../mesh/index.ts';
import { createViews, type Node, nodeProblem, type View, viewFromId, viewId, viewOf } from './index.ts';

const facts = { selectorKeys: ['app', 'version'], isNamedAddress: () => false, proxyHttpPort: 0 };

function node(over: Partial<Node>): Node {
  return {
    id: 'sidecar~10.0.0.7~cart-1.shop~shop.svc.cluster.local',
    cluster: 'cart.shop',
    metadata: {},
    locality: undefined,
    userAgentName: 'envoy',
    userAgentVersion: '1.36.0',
    protocol: 'delta',
    ...over,
  };
}

const view = (over: Partial<Node>): View => viewOf(node(over), facts);

test.each<[string, Partial<Node>, Partial<View>]>([
  [
    'an Istio sidecar is intercepted and lives in its domain',
    {},
    { role: 'sidecar', namespace: 'shop', interception: 'redirect' },
  ],
  ['metadata NAMESPACE comes before the id', { metadata: { NAMESPACE: 'other' } }, { namespace: 'other' }],
  [
    'labels that no selector looks at are not in the view',
    { metadata: { LABELS: { app: 'cart', pod: 'x' } } },
    { labels: { app: 'cart' } },
  ],
  [
    'an address that nobody names is not in the view',
    { metadata: { INSTANCE_IPS: '10.0.0.7,10.0.0.8' } },
    { addresses: [] },
  ],
  [
    'without interception its addresses matter',
    { metadata: { INSTANCE_IPS: '10.0.0.7, fd00::7', INTERCEPTION_MODE: 'NONE' } },
    { addresses: ['10.0.0.7', 'fd00::7'], interception: 'none' },
  ],
  ['TPROXY is understood', { metadata: { INTERCEPTION_MODE: 'TPROXY' } }, { interception: 'tproxy' }],
  ['ports come as text', { metadata: { HTTP_PROXY_PORT: '15080' } }, { httpProxyPort: 15080 }],
  ['a port that is none is not said', { metadata: { HTTP_PROXY_PORT: 'abc' } }, { httpProxyPort: 0 }],
  [
    'malformed metadata counts as not said',
    { metadata: { LABELS: 'app=cart', INSTANCE_IPS: 7, NAMESPACE: {} } },
    { labels: {}, namespace: 'shop' },
  ],
  ['SotW proxies get virtual hosts inline', { protocol: 'sotw' }, { virtualHosts: 'inline' }],
  [
    'an Istio router has no addresses and no http proxy',
    { id: 'router~10.0.0.9~gw.istio-system~istio-system.svc.cluster.local', metadata: { HTTP_PROXY_PORT: '15080' } },
    { role: 'router', addresses: [], interception: 'none', httpProxyPort: 0 },
  ],
  [
    'a plain Envoy is a sidecar of its cluster',
    { id: 'e1', cluster: 'reviews' },
    { role: 'sidecar', namespace: 'default', labels: { app: 'reviews' }, interception: 'none' },
  ],
  [
    'a plain cluster may name its namespace',
    { id: 'e1', cluster: 'reviews.shop' },
    { namespace: 'shop', labels: { app: 'reviews' } },
  ],
  [
    'a plain Envoy may say more',
    { id: 'e1', metadata: { role: 'gateway', namespace: 'edge', labels: { app: 'front' } } },
    { role: 'router', namespace: 'edge', labels: { app: 'front' } },
  ],
])('%s', (_, over, expected) => {
  expect(view(over)).toMatchObject(expected);
});

test.each([
  ['sidecar~10.0.0.7~cart', 'must be <type>'],
  ['sidecar~~a.b~c', 'must be <type>'],
  ['sidecar~10.0.0.7~a.b~b.svc.cluster.local~more', 'must be <type>'],
  ['ztunnel~10.0.0.7~a.b~b.svc.cluster.local', 'type "ztunnel" is not served'],
])('the node id %s is refused with a reason', (id, reason) => {
  expect(nodeProblem(node({ id }))).toContain(reason);
});

test('a role that does not exist is refused with its value', () => {
  expect(nodeProblem(node({ id: 'e1', metadata: { role: 'waypoint' } }))).toContain('"waypoint"');
});

test('equal views have equal ids whatever the order of labels, and an id gives its view back', () => {
  const one = view({ metadata: { LABELS: { app: 'a', version: 'v1' } } });
  const other: View = { ...one, labels: { version: 'v1', app: 'a' } };
  expect(viewId(other)).toBe(viewId(one));
  expect(viewFromId(viewId(one))).toEqual(one);
});

test('replicas are one view until a selector looks at what differs', () => {
  const graph = new Graph();
  const keys = graph.table<readonly string[]>('keys');
  keys.set('', ['app']);
  const views = createViews(
    graph,
    { selectorKeys: () => keys.get('') ?? [], isNamedAddress: () => false, config: () => DEFAULT_MESH_CONFIG },
    { selectorKeys: () => [] },
  );
  views.connections.set('1', node({ metadata: { LABELS: { app: 'cart', pod: '1' } } }));
  views.connections.set('2', node({ metadata: { LABELS: { app: 'cart', pod: '2' } } }));
  const one = graph.watch(
    '1',
    () => views.viewFor('1'),
    () => {},
  );
  const two = graph.watch(
    '2',
    () => views.viewFor('2'),
    () => {},
  );
  expect(one.read()).toBe(two.read());
  keys.set('', ['app', 'pod']);
  expect(one.read()).not.toBe(two.read());
  views.connections.delete('1');
  expect(one.read()).toBeUndefined();
});

test('a node with a problem has no view', () => {
  const graph = new Graph();
  const views = createViews(
    graph,
    { selectorKeys: () => [], isNamedAddress: () => false, config: () => DEFAULT_MESH_CONFIG },
    { selectorKeys: () => [] },
  );
  views.connections.set('1', node({ id: 'sidecar~' }));
  expect(views.viewFor('1')).toBeUndefined();
});
