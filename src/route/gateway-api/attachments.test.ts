import { expect, test } from 'vitest';
import type { Attachment } from './gateway-api.ts';
import { gateway, kubernetes, listener, listenerSet, object, route, routeKey, shown, world } from './world.fixture.ts';

type Objects = Parameters<typeof world>[0];

/** By parent: `True/Accepted http(a.example)`. */
function told(attachments: readonly Attachment[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    attachments.map(({ parent, path, accepted, listeners }) => {
      const where = listeners.map(({ id, hostnames }) => `${id.split('#').at(-1)}(${hostnames})`);
      return [`${path} ${parent.kind} ${parent.key}`, [shown(accepted), ...where].join(' ')];
    }),
  );
}

/** What becomes of the only reference of a route `infra/r`. */
function only(kind: string, objects: Objects): string {
  return Object.values(told(world(objects).api.attachments(routeKey(kind, 'infra/r'))))[0] ?? 'nothing';
}

const HTTP = (rest = {}, name = 'http', port = 80) => listener(name, 'HTTP', port, rest);
const ALL = { allowedRoutes: { namespaces: { from: 'All' } } };
const PASS = { tls: { mode: 'Passthrough' } };

test.each([
  [undefined, [], '*'],
  [undefined, ['a.example', '*.b.example'], 'a.example,*.b.example'],
  ['a.example', [], 'a.example'],
  ['a.example', ['a.example', 'b.example'], 'a.example'],
  ['a.b.example', ['*.example'], 'a.b.example'],
  ['*.example', ['a.example', 'x.y.example', 'example'], 'a.example,x.y.example'],
  ['*.example', ['*.b.example'], '*.b.example'],
  ['*.b.example', ['*.example', 'b.example'], '*.b.example'],
  ['a.example', ['b.example'], undefined],
  ['*.example', ['example', 'a.other'], undefined],
])('a listener of %s and a route of %j meet at %s', (hostname, hostnames, expected) => {
  const found = only('HTTPRoute', [
    gateway('infra/a', [HTTP({ ...(hostname && { hostname }) })]),
    route('HTTPRoute', 'infra/r', ['a'], { hostnames }),
  ]);
  expect(found).toBe(expected === undefined ? 'False/NoMatchingListenerHostname' : `True/Accepted http(${expected})`);
});

test.each([
  ['the whole Gateway', { name: 'a' }, 'True/Accepted http(*) more(*)'],
  ['a listener', { name: 'a', sectionName: 'more' }, 'True/Accepted more(*)'],
  ['a port', { name: 'a', port: 80 }, 'True/Accepted http(*)'],
  ['a listener and its port', { name: 'a', sectionName: 'http', port: 80 }, 'True/Accepted http(*)'],
  ['a listener and another port', { name: 'a', sectionName: 'http', port: 8080 }, 'False/NoMatchingParent'],
  ['a listener that is not there', { name: 'a', sectionName: 'x' }, 'False/NoMatchingParent'],
  ['a port that is not there', { name: 'a', port: 81 }, 'False/NoMatchingParent'],
  ['a Gateway that is not there', { name: 'b' }, 'nothing'],
  ['a kind that nobody knows', { name: 'a', kind: 'X' }, 'nothing'],
])('a route names %s', (_, parent, expected) => {
  const found = only('HTTPRoute', [
    gateway('infra/a', [HTTP(), HTTP({}, 'more', 8080)]),
    route('HTTPRoute', 'infra/r', [parent]),
  ]);
  expect(found).toBe(expected);
});

test.each([
  ['HTTPRoute', ['HTTP', {}], 'True/Accepted'],
  ['GRPCRoute', ['HTTP', {}], 'True/Accepted'],
  ['TLSRoute', ['HTTP', {}], 'False/NotAllowedByListeners'],
  ['TCPRoute', ['HTTP', {}], 'False/NotAllowedByListeners'],
  ['TLSRoute', ['TLS', PASS], 'True/Accepted'],
  ['TCPRoute', ['TLS', PASS], 'False/NotAllowedByListeners'],
  ['TCPRoute', ['TLS', { tls: { certificateRefs: [{ name: 'c' }] } }], 'False/NotAllowedByListeners'],
  ['TLSRoute', ['TLS', { tls: { certificateRefs: [{ name: 'c' }] } }], 'True/Accepted'],
  ['HTTPRoute', ['TLS', PASS], 'False/NotAllowedByListeners'],
  ['TCPRoute', ['TCP', {}], 'True/Accepted'],
  ['UDPRoute', ['TCP', {}], 'False/NotAllowedByListeners'],
  ['UDPRoute', ['UDP', {}], 'True/Accepted'],
  ['HTTPRoute', ['HTTP', { allowedRoutes: { kinds: [{ kind: 'GRPCRoute' }] } }], 'False/NotAllowedByListeners'],
  ['HTTPRoute', ['SCTP', {}], 'False/NotAllowedByListeners'],
] as const)('a %s at a listener of %j', (kind, [protocol, rest], expected) => {
  const spec = kind === 'TLSRoute' ? { hostnames: ['a.example'] } : {};
  const found = only(kind, [
    gateway('infra/a', [listener('x', protocol, 80, rest)]),
    route(kind, 'infra/r', ['a'], spec),
  ]);
  expect(found.split(' ')[0]).toBe(expected);
});

test.each([
  [{ from: 'Same' }, 'False/NotAllowedByListeners'],
  [{}, 'False/NotAllowedByListeners'],
  [{ from: 'All' }, 'True/Accepted http(*)'],
  [{ from: 'Selector', selector: { matchLabels: { let: 'in' } } }, 'True/Accepted http(*)'],
  [{ from: 'Selector', selector: { matchLabels: { let: 'out' } } }, 'False/NotAllowedByListeners'],
  [{ from: 'Selector', selector: {} }, 'True/Accepted http(*)'],
  [{ from: 'Selector' }, 'False/NotAllowedByListeners'],
])('a route of another namespace at a listener that takes %j', (namespaces, expected) => {
  const { api } = world([
    gateway('infra/a', [HTTP({ allowedRoutes: { namespaces } })]),
    object('v1', 'Namespace', 'shop', {}, { labels: { let: 'in' } }),
    route('HTTPRoute', 'shop/r', [{ name: 'a', namespace: 'infra' }]),
  ]);
  expect(Object.values(told(api.attachments(routeKey('HTTPRoute', 'shop/r'))))).toEqual([expected]);
});

test('the section is asked before the kind, and the kind before the host', () => {
  const objects = (parent: Readonly<Record<string, unknown>>) => [
    gateway('infra/a', [
      listener('tls', 'TLS', 443, { hostname: 'a.example', ...PASS }),
      HTTP({ hostname: 'a.example' }),
    ]),
    route('HTTPRoute', 'infra/r', [parent], { hostnames: ['b.example'] }),
  ];
  expect(only('HTTPRoute', objects({ name: 'a', sectionName: 'x' }))).toBe('False/NoMatchingParent');
  expect(only('HTTPRoute', objects({ name: 'a', sectionName: 'tls' }))).toBe('False/NotAllowedByListeners');
  expect(only('HTTPRoute', objects({ name: 'a' }))).toBe('False/NoMatchingListenerHostname');
});

test('routes are attached to listeners that are not open', () => {
  const { api } = world([
    gateway('infra/a', [HTTP(), listener('tcp', 'TCP', 80)]),
    route('HTTPRoute', 'infra/r', ['a']),
  ]);
  expect(api.listeners('infra/a')[0]!.programmed.ok).toBe(false);
  expect(api.attached('infra/a#http')).toMatchObject([{ route: routeKey('HTTPRoute', 'infra/r'), hostnames: ['*'] }]);
});

test('a ListenerSet and its Gateway are parents of their own', () => {
  const { api } = world([
    gateway('infra/a', [HTTP()], { allowedListeners: { namespaces: { from: 'Same' } } }),
    listenerSet('infra/s', 'infra/a', [HTTP({ hostname: 'a.example' }, 'more', 81)]),
    listenerSet('shop/s', 'infra/a', [HTTP({}, 'other', 82)]),
    route('HTTPRoute', 'infra/r', [
      'a',
      { kind: 'ListenerSet', name: 's' },
      { kind: 'ListenerSet', name: 's', namespace: 'shop' },
    ]),
    route('HTTPRoute', 'infra/q', [{ name: 'a', sectionName: 'more' }]),
  ]);
  expect(told(api.attachments(routeKey('HTTPRoute', 'infra/r')))).toEqual({
    'spec.parentRefs[0] Gateway infra/a': 'True/Accepted http(*)',
    'spec.parentRefs[1] ListenerSet infra/s': 'True/Accepted more(a.example)',
    'spec.parentRefs[2] ListenerSet shop/s': 'False/NoMatchingParent',
  });
  expect(Object.values(told(api.attachments(routeKey('HTTPRoute', 'infra/q'))))).toEqual(['False/NoMatchingParent']);
  expect(api.attached('infra/a#infra/s#more').map(({ route: key }) => key)).toEqual([routeKey('HTTPRoute', 'infra/r')]);
});

test('routes are told the oldest first', () => {
  const { api } = world([
    gateway('infra/a', [HTTP(ALL)]),
    route('HTTPRoute', 'infra/a', ['a'], {}, '2024-01-02T00:00:00Z'),
    route('HTTPRoute', 'infra/b', ['a'], {}, '2024-01-01T00:00:00Z'),
    route('HTTPRoute', 'web/a', [{ name: 'a', namespace: 'infra' }], {}, '2024-01-01T00:00:00Z'),
  ]);
  expect(api.attached('infra/a#http').map(({ route: key }) => key.split('/').slice(2).join('/'))).toEqual([
    'infra/b',
    'web/a',
    'infra/a',
  ]);
});

test('of an HTTPRoute and a GRPCRoute with a common host at a listener the older is there', () => {
  const { api } = world([
    gateway('infra/a', [HTTP(), HTTP({ hostname: 'a.example' }, 'more', 81)]),
    route('HTTPRoute', 'infra/h', ['a'], { hostnames: ['*.example'] }, '2024-01-01T00:00:00Z'),
    route('GRPCRoute', 'infra/g', ['a'], { hostnames: ['a.example', 'b.other'] }, '2024-01-02T00:00:00Z'),
    route('GRPCRoute', 'infra/free', ['a'], { hostnames: ['b.other'] }, '2024-01-03T00:00:00Z'),
    // It loses to nobody: the GRPCRoute with its host is not there.
    route('HTTPRoute', 'infra/late', ['a'], { hostnames: ['a.example'] }, '2024-01-04T00:00:00Z'),
  ]);
  const of = (kind: string, row: string) => Object.values(told(api.attachments(routeKey(kind, row))))[0];
  expect(of('HTTPRoute', 'infra/h')).toBe('True/Accepted http(*.example) more(a.example)');
  expect(of('GRPCRoute', 'infra/g')).toBe('False/NotAllowedByListeners');
  expect(of('GRPCRoute', 'infra/free')).toBe('True/Accepted http(b.other)');
  expect(of('HTTPRoute', 'infra/late')).toBe('True/Accepted http(a.example) more(a.example)');
});

test('a route has its hosts only at the listener that it names', () => {
  const { api } = world([
    gateway('infra/a', [HTTP(), HTTP({}, 'more', 81)]),
    route('GRPCRoute', 'infra/g', [{ name: 'a', sectionName: 'more' }], {}, '2024-01-01T00:00:00Z'),
    route('HTTPRoute', 'infra/h', ['a'], {}, '2024-01-02T00:00:00Z'),
  ]);
  expect(Object.values(told(api.attachments(routeKey('HTTPRoute', 'infra/h'))))).toEqual(['True/Accepted http(*)']);
});

test('a route that asks for default Gateways is at those that are, and once at each', () => {
  const { api } = world([
    gateway('infra/a', [HTTP()], { defaultScope: 'All' }),
    gateway('infra/b', [HTTP()]),
    gateway('infra/c', [HTTP()], { defaultScope: 'All' }),
    route('HTTPRoute', 'infra/r', ['c'], { useDefaultGateways: 'All' }),
    route('HTTPRoute', 'infra/q', ['b'], { useDefaultGateways: 'None' }),
  ]);
  expect(told(api.attachments(routeKey('HTTPRoute', 'infra/r')))).toEqual({
    'spec.parentRefs[0] Gateway infra/c': 'True/Accepted http(*)',
    'spec.useDefaultGateways Gateway infra/a': 'True/Accepted http(*)',
  });
  expect(['a', 'b', 'c'].map((name) => api.attached(`infra/${name}#http`).length)).toEqual([1, 1, 1]);
});

const SERVICE = object('v1', 'Service', 'infra/s', {
  spec: {
    ports: [
      { name: 'http', port: 80 },
      { name: 'more', port: 81 },
    ],
  },
});
const CORE = { group: '', kind: 'Service', name: 's' };

test.each([
  ['a Service', 'HTTPRoute', CORE, 'True/Accepted', undefined],
  ['a port of it', 'HTTPRoute', { ...CORE, port: 81 }, 'True/Accepted', 81],
  ['a port of it by name', 'HTTPRoute', { ...CORE, sectionName: 'more' }, 'True/Accepted', 81],
  ['a port that is not there', 'HTTPRoute', { ...CORE, port: 82 }, 'False/NoMatchingParent', 82],
  ['a Service that is not there', 'HTTPRoute', { ...CORE, name: 't' }, 'False/NoMatchingParent', undefined],
  ['a Service for datagrams', 'UDPRoute', CORE, 'False/UnsupportedValue', undefined],
] as const)('in the mesh a parent is %s', (_, kind, parent, accepted, port) => {
  const [found] = world([SERVICE, route(kind, 'infra/r', [parent])]).api.attachments(routeKey(kind, 'infra/r'));
  expect(found!.parent).toEqual({ kind: 'Service', key: `infra/${parent.name}`, port });
  expect(shown(found!.accepted)).toBe(accepted);
});

test('a ServiceEntry is a parent in the mesh too', () => {
  const entry = object('networking.istio.io/v1', 'ServiceEntry', 'infra/s', {
    spec: { hosts: ['a.example'], ports: [{ name: 'http', number: 80, protocol: 'HTTP' }], resolution: 'DNS' },
  });
  const { api } = world([
    entry,
    route('HTTPRoute', 'infra/r', [{ group: 'networking.istio.io', kind: 'ServiceEntry', name: 's' }]),
  ]);
  expect(api.attachments(routeKey('HTTPRoute', 'infra/r'))).toMatchObject([
    { parent: { isEntry: true }, accepted: { ok: true } },
  ]);
});

test('rules of one route are changed without a look at where routes are attached', () => {
  const many = Array.from({ length: 100 }, (_, i) =>
    route('HTTPRoute', `infra/r${i}`, ['a'], { hostnames: [`${i}.example`] }),
  );
  const { graph, api, put, keep } = world([gateway('infra/a', [HTTP()]), ...many]);
  const watch = keep(() => api.attached('infra/a#http'));
  const before = watch.read();
  const counts = new Map(graph.computed);
  put(route('HTTPRoute', 'infra/r7', ['a'], { hostnames: ['7.example'], rules: [{ name: 'changed' }] }));
  expect(watch.read()).toBe(before);
  expect(graph.computed).toEqual(counts);
});

test('a host of one route costs its own attachment and the list, and no other', () => {
  const many = Array.from({ length: 100 }, (_, i) =>
    route('HTTPRoute', `infra/r${i}`, ['a'], { hostnames: [`${i}.example`] }),
  );
  const { graph, api, put, keep } = world([gateway('infra/a', [HTTP()]), ...many]);
  const watch = keep(() => api.attached('infra/a#http'));
  watch.read();
  const counts = new Map(graph.computed);
  put(route('HTTPRoute', 'infra/r7', ['a'], { hostnames: ['x.example'] }));
  watch.read();
  expect(graph.computed.get('gatewayApi.attachments')! - counts.get('gatewayApi.attachments')!).toBe(1);
  expect(graph.computed.get('gatewayApi.attached')! - counts.get('gatewayApi.attached')!).toBe(1);
});

test('a new certificate is not seen by routes', () => {
  const cert = (value: string) => object('v1', 'Secret', 'infra/c', { stringData: { a: value } });
  const tls = { certificateRefs: [{ name: 'c' }] };
  const { graph, api, put, keep } = world([
    gateway('infra/a', [listener('x', 'HTTPS', 443, { tls })]),
    cert('1'),
    route('HTTPRoute', 'infra/r', ['a']),
  ]);
  const watch = keep(() => api.attached('infra/a#x'));
  watch.read();
  const before = graph.computed.get('gatewayApi.attachments');
  put(cert('2'));
  watch.read();
  expect(graph.computed.get('gatewayApi.attachments')).toBe(before);
});

test('a grant lets a reference be until it is gone', () => {
  const grant = kubernetes('ReferenceGrant', 'web/g', {
    from: [{ group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', namespace: 'infra' }],
    to: [{ group: '', kind: 'Service', name: 's' }],
  });
  const { api, drop } = world([grant, object('v1', 'Service', 'web/s', { spec: { ports: [{ port: 80 }] } })]);
  const key = JSON.stringify(['HTTPRoute', 'infra', '', 'Service', 'web', 's', 80]);
  expect(api.backend(key).kind).toBe('service');
  drop(grant);
  expect(api.backend(key)).toMatchObject({ kind: 'broken', reason: 'RefNotPermitted' });
});
