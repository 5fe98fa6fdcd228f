import { expect, test } from 'vitest';
import { type Change, keyOf, type Locate, type RawObject } from '../api/index.ts';
import { Graph } from '../graph/index.ts';
import { createStore } from './index.ts';

const service = (name: string, spec: unknown = { ports: [{ name: 'http', port: 80 }] }): RawObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace: 'shop' },
  spec,
});

const upsert = (object: RawObject, locate: Locate = () => undefined): Change => {
  return { kind: 'upsert', key: keyOf(object), object, locate };
};
const remove = (object: RawObject): Change => ({ kind: 'delete', key: keyOf(object) });

function open() {
  const graph = new Graph();
  const store = createStore(graph);
  let woken = 0;
  const watch = graph.watch(
    'test',
    () => [store.services.keys().map((key) => store.services.get(key)), store.problems.keys()],
    () => woken++,
  );
  /** How often the watch was told by what `act` does. */
  const wakes = (act: () => void): number => {
    watch.read();
    woken = 0;
    act();
    return woken;
  };
  return { store, wakes };
}

test('an object is in the table of its kind, parsed, under namespace and name', () => {
  const { store } = open();
  store.apply([upsert(service('cart'))]);
  expect(store.services.keys()).toEqual(['shop/cart']);
  expect(store.services.get('shop/cart')).toMatchObject({
    metadata: { name: 'cart', labels: {} },
    spec: { ports: [{ port: 80 }] },
  });
});

test('kinds without namespaces are kept under their name', () => {
  const { store } = open();
  store.apply([upsert({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } })]);
  expect(store.namespaces.keys()).toEqual(['shop']);
});

test('all versions of a kind are one object', () => {
  const { store } = open();
  const rule = (version: string, host: string): RawObject => ({
    apiVersion: `networking.istio.io/${version}`,
    kind: 'DestinationRule',
    metadata: { name: 'cart', namespace: 'shop' },
    spec: { host },
  });
  store.apply([upsert(rule('v1alpha3', 'a')), upsert(rule('v1', 'b'))]);
  expect(store.destinationRules.keys()).toEqual(['shop/cart']);
  expect(store.destinationRules.get('shop/cart')).toMatchObject({ spec: { host: 'b' } });
});

test('an object of which nothing is usable leaves the last usable one in force, with its problems', () => {
  const { store } = open();
  store.apply([upsert(service('cart'))]);
  const broken = { ...service('cart'), apiVersion: 'v7' };
  store.apply([upsert(broken)]);
  expect(store.services.get('shop/cart')).toMatchObject({ spec: { ports: [{ port: 80 }] } });
  expect(store.problems.get('/Service/shop/cart')).toMatchObject([{ severity: 'error', path: 'apiVersion' }]);
  expect(store.objectOf(keyOf(broken))).toBe(broken);
  store.apply([upsert(service('cart'))]);
  expect(store.problems.keys()).toEqual([]);
});

test('a deleted object leaves nothing behind', () => {
  const { store } = open();
  const odd = service('cart', { ports: [{ name: 'http', port: 80, prot: 1 }] });
  store.apply([upsert(odd)]);
  expect(store.problems.keys()).toEqual(['/Service/shop/cart']);
  store.apply([remove(odd)]);
  expect([store.services.keys(), store.problems.keys(), store.objects()]).toEqual([[], [], []]);
  expect(store.place(keyOf(odd), '')).toBeUndefined();
});

test('an object of a kind nobody reads is known, and in no table', () => {
  const { store } = open();
  store.apply([upsert({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'cart', namespace: 'shop' } })]);
  expect(store.objects()).toEqual(['apps/Deployment/shop/cart']);
});

test('what was told again wakes nobody', () => {
  const { store, wakes } = open();
  store.apply([upsert(service('cart'))]);
  expect(wakes(() => store.apply([upsert(structuredClone(service('cart')))]))).toBe(0);
  expect(wakes(() => store.apply([upsert(service('cart', { ports: [] }))]))).toBe(1);
});

test('what comes together wakes once', () => {
  const { store, wakes } = open();
  expect(wakes(() => store.apply([upsert(service('a')), upsert(service('b')), remove(service('c'))]))).toBe(1);
});

test('a place is where the last one who told of the object says it is, and moving it wakes nobody', () => {
  const { store, wakes } = open();
  const at = (line: number): Change => upsert(service('cart'), () => ({ file: 'a.yaml', line, column: 1 }));
  store.apply([at(3)]);
  expect(wakes(() => store.apply([at(7)]))).toBe(0);
  expect(store.place(keyOf(service('cart')), 'spec')).toEqual({ file: 'a.yaml', line: 7, column: 1 });
});

test('a problem is located by its object, unless it knows its place', () => {
  const { store } = open();
  store.apply([upsert(service('cart'), (path, atKey) => ({ file: path, line: 1, column: atKey ? 2 : 1 }))]);
  const problem = { severity: 'error', code: 'x', object: keyOf(service('cart')), path: 'spec', message: 'x' } as const;
  const place = { file: 'b.yaml', line: 9, column: 9 };
  expect(store.locate(problem).place).toEqual({ file: 'spec', line: 1, column: 1 });
  expect(store.locate({ ...problem, atKey: true })).toEqual({
    ...problem,
    place: { file: 'spec', line: 1, column: 2 },
  });
  expect(store.locate({ ...problem, place }).place).toEqual(place);
  expect(store.locate({ ...problem, object: undefined }).place).toBeUndefined();
});

test('problems of a file come and go with the file, beside those of its objects', () => {
  const { store } = open();
  const problem = { severity: 'error', code: 'invalid-yaml', object: undefined, path: '', message: 'x' } as const;
  store.apply([{ kind: 'problems', subject: 'a.yaml', problems: [problem] }]);
  expect(store.problems.get('a.yaml')).toEqual([problem]);
  store.apply([{ kind: 'problems', subject: 'a.yaml', problems: [] }]);
  expect(store.problems.keys()).toEqual([]);
});

test('each source says for itself that it has told everything', () => {
  const { store } = open();
  store.apply([{ kind: 'synced' }]);
  expect([store.synced.get('directory'), store.synced.get('kubernetes')]).toEqual([true, undefined]);
  store.apply([{ kind: 'synced' }], 'kubernetes');
  expect(store.synced.keys()).toEqual(['directory', 'kubernetes']);
});

test('a stand-in holds while there is no usable version, even under a bad name, and follows what is written', () => {
  const { store } = open();
  const policy = (spec: unknown, name = 'a'): RawObject => ({
    apiVersion: 'security.istio.io/v1',
    kind: 'PeerAuthentication',
    metadata: { name, namespace: 'shop' },
    spec,
  });
  const selecting = (app: unknown) => policy({ selector: { matchLabels: { app, version: 1 } } });
  const inForce = () => store.peerAuthentications.get('shop/a')?.spec?.selector?.matchLabels;
  store.apply([upsert(selecting('cart'))]);
  expect(inForce()).toEqual({ app: 'cart' });
  store.apply([upsert(selecting('web'))]);
  expect(inForce()).toEqual({ app: 'web' });
  store.apply([upsert(policy({ selector: { matchLabels: { app: 'good' } } })), upsert(selecting('web'))]);
  expect(inForce()).toEqual({ app: 'good' });
  store.apply([upsert(policy({}, 'Bad_Name'))]);
  expect(store.peerAuthentications.get('shop/Bad_Name')?.spec?.mtls).toEqual({ mode: 'STRICT' });
});
