import { expect, test } from 'vitest';
import { sidecar, world } from './world.fixture.ts';

function peer(row: string, spec: string, created = ''): string {
  const [namespace, name] = row.split('/');
  const age = created && `, creationTimestamp: "${created}"`;
  return `
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: ${name}, namespace: ${namespace}${age} }
spec: ${spec}`;
}

const pod = (name: string, labels: string, port: number) => `
---
apiVersion: v1
kind: Pod
metadata: { name: ${name}, namespace: shop, labels: ${labels} }
spec: { containers: [{ name: app, ports: [{ containerPort: ${port} }] }] }`;

const mode = ({ policies }: ReturnType<typeof world>, labels: object = {}, port = 80, namespace = 'shop') =>
  policies.mtlsMode(namespace, labels as never, port);

test('where nobody says anything both are taken', () => {
  const { policies } = world('');
  expect(policies.mtlsDecision('shop', {}, 80)).toEqual({ mode: 'permissive', origin: undefined });
});

test('the closest level decides: port, workload, namespace, mesh', () => {
  const it = world(
    peer('istio-system/default', '{ mtls: { mode: STRICT } }') +
      peer('shop/default', '{ mtls: { mode: DISABLE } }') +
      peer(
        'shop/cart',
        '{ selector: { matchLabels: { app: cart } }, mtls: { mode: PERMISSIVE }, portLevelMtls: { "8080": { mode: STRICT } } }',
      ),
  );
  expect(mode(it, {}, 80, 'web')).toBe('strict');
  expect(mode(it)).toBe('disable');
  expect(mode(it, { app: 'cart' })).toBe('permissive');
  expect(mode(it, { app: 'cart', version: 'v1' }, 8080)).toBe('strict');
  expect(it.policies.mtlsDecision('shop', { app: 'cart' }, 8080).origin).toEqual({
    object: 'security.istio.io/PeerAuthentication/shop/cart',
    path: 'spec.portLevelMtls["8080"].mode',
  });
});

test('a policy for a workload comes before an older one for its namespace', () => {
  const it = world(
    peer('shop/a', '{ mtls: { mode: DISABLE } }') +
      peer('shop/b', '{ selector: { matchLabels: { app: cart } }, mtls: { mode: STRICT } }'),
  );
  expect(mode(it, { app: 'cart' })).toBe('strict');
});

test('UNSET, and a policy that says no mode, take over what holds around them', () => {
  const it = world(
    peer('istio-system/default', '{ mtls: { mode: STRICT } }') +
      peer('shop/default', '{ mtls: { mode: UNSET } }') +
      peer(
        'shop/cart',
        '{ selector: { matchLabels: { app: cart } }, portLevelMtls: { "8080": { mode: UNSET }, "81": {} } }',
      ),
  );
  expect(mode(it, { app: 'cart' }, 8080)).toBe('strict');
  expect(mode(it, { app: 'cart' }, 81)).toBe('strict');
  expect(it.policies.mtlsDecision('shop', { app: 'cart' }, 8080).origin?.object).toContain('/istio-system/default');
});

test('a policy of the root namespace with a selector is about that namespace only', () => {
  const it = world(peer('istio-system/x', '{ selector: { matchLabels: { app: cart } }, mtls: { mode: STRICT } }'));
  expect(mode(it, { app: 'cart' })).toBe('permissive');
  expect(mode(it, { app: 'cart' }, 80, 'istio-system')).toBe('strict');
});

test('the root namespace is what the mesh configuration says', () => {
  const config = `
---
apiVersion: v1
kind: ConfigMap
metadata: { name: istio, namespace: istio-system }
data: { mesh: "rootNamespace: infra" }`;
  const it = world(config + peer('infra/default', '{ mtls: { mode: STRICT } }') + peer('istio-system/default', '{}'));
  expect(mode(it)).toBe('strict');
});

test('of several at one level the oldest holds, and the others are told so', () => {
  const it = world(
    peer('shop/a', '{ mtls: { mode: DISABLE } }', '2026-02-01T00:00:00Z') +
      peer('shop/b', '{ mtls: { mode: STRICT } }', '2026-01-01T00:00:00Z'),
  );
  expect(mode(it)).toBe('strict');
  expect(it.told()).toEqual([
    'error: is not applied: PeerAuthentication shop/b for the same workloads is older, or comes first by name',
  ]);
});

test('an older policy for more workloads hides one for fewer; the other way round it hides only a part', () => {
  const wide = '{ selector: { matchLabels: { app: cart } }, mtls: { mode: STRICT } }';
  const narrow = '{ selector: { matchLabels: { app: cart, version: v1 } }, mtls: { mode: DISABLE } }';
  expect(world(peer('shop/a', wide) + peer('shop/b', narrow)).told()).toEqual([
    'error: is not applied: PeerAuthentication shop/a for the same workloads is older, or comes first by name',
  ]);
  const other = world(peer('shop/a', narrow) + peer('shop/b', wide));
  expect(other.told()).toEqual([
    'warning spec.selector: is not applied to the workloads of PeerAuthentication shop/a, which is older, or comes first by name',
  ]);
  expect(mode(other, { app: 'cart', version: 'v1' })).toBe('disable');
  expect(mode(other, { app: 'cart' })).toBe('strict');
});

test('a port that no selected workload listens on, and a selector that selects nobody, are told', () => {
  const it = world(
    pod('cart', '{ app: cart }', 8080) +
      peer(
        'shop/cart',
        '{ selector: { matchLabels: { app: cart } }, portLevelMtls: { "80": { mode: STRICT }, "8080": { mode: STRICT } } }',
      ) +
      peer('shop/crt', '{ selector: { matchLabels: { app: crt } }, mtls: { mode: STRICT } }'),
  );
  expect(it.told()).toEqual([
    'warning spec.portLevelMtls["80"]: no selected workload is known to listen on port 80',
    'warning spec.selector: selects no workload of namespace shop',
  ]);
});

test.each([
  ['a mode that nobody knows', '{ mtls: { mode: STRIC } }'],
  ['a mistyped mode', '{ mtls: { mod: STRICT } }'],
  ['a mode in place of the map', '{ mtls: STRICT }'],
  ['a mode in the wrong place', '{ mode: PERMISSIVE }'],
  ['a mistyped mtls', '{ mtsl: { mode: PERMISSIVE } }'],
  ['a selector that is none', '{ selector: { matchLabels: [app] }, mtls: { mode: PERMISSIVE } }'],
  ['a mistyped selector', '{ selektor: { matchLabels: { app: cart } }, mtls: { mode: PERMISSIVE } }'],
  ['ports without a selector', '{ portLevelMtls: { "80": { mode: STRICT } } }'],
  ['no map at all', 'strict'],
])('%s is strict, and told', (_, spec) => {
  const it = world(peer('shop/default', spec));
  expect(mode(it, { app: 'cart' })).toBe('strict');
  expect(it.told().filter((line) => line.startsWith('error'))).toHaveLength(1);
});

test('a bad mode of one port is strict on that port only', () => {
  const it = world(
    peer(
      'shop/a',
      '{ selector: { matchLabels: { app: cart } }, portLevelMtls: { "80": { mode: OFF }, "81": { mode: DISABLE } } }',
    ),
  );
  expect([80, 81, 82].map((port) => mode(it, { app: 'cart' }, port))).toEqual(['strict', 'disable', 'permissive']);
  expect(it.policies.mtlsPorts('shop', { app: 'cart' })).toEqual([80, 81]);
});

test.each([
  ['STRICT', 'strict'],
  ['DISABLE', 'permissive'],
])('a port that is none and was to be %s leaves the workload %s', (written, left) => {
  const it = world(
    peer(
      'shop/a',
      `{ selector: { matchLabels: { app: cart } }, portLevelMtls: { http: { mode: ${written} }, "81": { mode: DISABLE } } }`,
    ),
  );
  expect(mode(it, { app: 'cart' })).toBe(left);
  expect(mode(it, { app: 'cart' }, 81)).toBe('disable');
});

test('what a broken selector may have meant is strict; what its readable part excludes is not', () => {
  const it = world(peer('shop/a', '{ selector: { matchLabels: { app: cart, version: 1 } }, mtls: { mode: STRICT } }'));
  expect(mode(it, { app: 'cart', version: '2' })).toBe('strict');
  expect(mode(it, { app: 'web' })).toBe('permissive');
  expect(it.told()).toEqual([
    'error spec.selector.matchLabels.version: must be a text, not 1',
    'warning: is not usable: an earlier version of it stays in force; if there is none, what it may have selected takes mutual TLS only',
  ]);
});

test('an earlier version of an object that became unusable stays in force', () => {
  const good = peer('shop/a', '{ selector: { matchLabels: { app: cart } }, mtls: { mode: DISABLE } }');
  const it = world(good);
  it.put(peer('shop/a', '{ selector: { matchLabels: { app: 1 } }, mtls: { mode: DISABLE } }'));
  expect(mode(it, { app: 'cart' })).toBe('disable');
  it.drop(good);
  it.put(peer('shop/a', '{ selector: { matchLabels: { app: 1 } }, mtls: { mode: DISABLE } }'));
  expect(mode(it, { app: 'cart' })).toBe('strict');
  it.put(good);
  expect(mode(it, { app: 'cart' })).toBe('disable');
});

test('a policy of an unknown version is not passed over', () => {
  const it = world(peer('shop/a', '{ mtls: { mode: STRICT } }').replace('/v1', '/v3'));
  expect(mode(it)).toBe('strict');
});

test('a policy of one namespace wakes nobody in another', () => {
  const it = world(peer('shop/a', '{ mtls: { mode: STRICT } }'));
  let computed = 0;
  const watched = it.graph.query('test.mode', (namespace) => {
    computed++;
    return it.policies.mtlsMode(namespace, {}, 80);
  });
  const watch = it.graph.watch(
    'test',
    () => watched('shop'),
    () => {},
  );
  expect(watch.read()).toBe('strict');
  it.put(peer('web/a', '{ mtls: { mode: STRICT } }'));
  expect(watch.read()).toBe('strict');
  expect(computed).toBe(1);
  it.put(peer('istio-system/a', '{ mtls: { mode: STRICT } }'));
  watch.read();
  expect(computed).toBe(2);
  watch.stop();
});

test('the labels that selectors look at are known', () => {
  const it = world(peer('shop/a', '{ selector: { matchLabels: { b: x, a: y } } }'));
  expect(it.policies.selectorKeys()).toEqual(['a', 'b']);
  expect(it.policies.mtlsMode('shop', sidecar('shop', { a: 'y' }).labels, 1)).toBe('permissive');
});
