import { expect, test } from 'vitest';
import { keyOf } from '../api/index.ts';
import { entry, object, pod, rule, service, slice, world } from './world.fixture.ts';

const HTTP = [{ name: 'http', port: 80 }];
const served = [
  service('shop/cart', { ports: HTTP }),
  slice('shop/cart-1', 'cart', ['10.0.0.1'], HTTP),
  pod('shop/p', { version: 'v1' }, { status: { podIP: '10.0.0.1' } }),
];

test.each([
  ['cart', 'pay', 'did you mean cart.shop.svc.cluster.local?'],
  ['cart.shop', 'pay', 'did you mean cart.shop.svc.cluster.local?'],
  ['carts', 'shop', 'did you mean cart.shop.svc.cluster.local?'],
  ['something-else', 'shop', undefined],
])('a rule in for the unknown host %s in %s hints: %s', (host, namespace, hint) => {
  const wrong = rule(`${namespace}/r`, { host });
  const { mesh } = world(...served, wrong);
  const found = mesh.problems(keyOf(wrong));
  expect(found).toMatchObject([{ severity: 'warning', code: 'unknown-host', object: keyOf(wrong), path: 'spec.host' }]);
  expect(found[0]!.hint).toBe(hint);
});

test('a wildcard rule is wrong only if it matches no host', () => {
  const right = rule('shop/a', { host: '*.shop.svc.cluster.local' });
  const wrong = rule('shop/b', { host: '*.example.com' });
  const { mesh } = world(...served, right, wrong);
  expect(mesh.problems(keyOf(right))).toEqual([]);
  expect(mesh.problems(keyOf(wrong))).toMatchObject([{ code: 'unknown-host' }]);
});

test('a subset that selects no endpoint is told, until one comes', () => {
  const subsets = [
    { name: 'v1', labels: { version: 'v1' } },
    { name: 'v2', labels: { version: 'v2' } },
  ];
  const canary = rule('shop/cart', { host: 'cart', subsets });
  const { mesh, put } = world(...served, canary);
  expect(mesh.problems(keyOf(canary))).toMatchObject([
    {
      severity: 'warning',
      code: 'empty-subset',
      path: 'spec.subsets[1].labels',
      message: expect.stringContaining('version=v2'),
    },
  ]);
  put(
    slice('shop/cart-2', 'cart', ['10.0.0.2'], HTTP),
    pod('shop/q', { version: 'v2' }, { status: { podIP: '10.0.0.2' } }),
  );
  expect(mesh.problems(keyOf(canary))).toEqual([]);
});

test('a service that nobody serves is told what was looked for', () => {
  const lonely = service('shop/lonely', { selector: { app: 'lonely' }, ports: HTTP });
  const { mesh, put } = world(...served, lonely);
  expect(mesh.problems(keyOf(served[0]!))).toEqual([]);
  expect(mesh.problems(keyOf(lonely))).toMatchObject([
    {
      severity: 'warning',
      code: 'no-endpoints',
      path: 'spec.selector',
      message: expect.stringContaining('app=lonely'),
    },
  ]);
  put(pod('shop/l', { app: 'lonely' }, { status: { podIP: '10.0.0.9' } }));
  expect(mesh.problems(keyOf(lonely))).toEqual([]);
});

test('a port that nobody serves is told where others are served', () => {
  const cart = service('shop/cart', { ports: [...HTTP, { name: 'admin', port: 81 }] });
  const { mesh } = world(...served, cart);
  expect(mesh.problems(keyOf(cart))).toMatchObject([{ code: 'no-endpoints', path: 'spec.ports[1]' }]);
});

test('two services that disagree on a protocol: the younger is told', () => {
  const selector = { app: 'x' };
  const backend = pod('shop/x', selector, { status: { podIP: '10.0.0.9' } });
  const first = service('shop/a', { selector, ports: [{ name: 'http', port: 80 }] });
  const second = service('shop/b', { selector, ports: [{ name: 'tcp', port: 90, targetPort: 80 }] });
  const { mesh } = world(first, second, backend);
  expect(mesh.problems(keyOf(first))).toEqual([]);
  expect(mesh.problems(keyOf(second))).toMatchObject([
    { code: 'protocol-conflict', path: 'spec.ports[0]', message: expect.stringContaining('Service shop/a') },
  ]);
});

test('entries without endpoints, slices without a service, and names in slices are told', () => {
  const selecting = entry('shop/api', {
    hosts: ['a.example.com'],
    ports: [{ number: 80, name: 'http' }],
    resolution: 'STATIC',
    workloadSelector: { labels: { app: 'nobody' } },
  });
  const stray = slice('shop/stray', 'nothing', ['10.0.0.1'], HTTP);
  const names = slice('shop/cart-2', 'cart', ['cart.example.com'], HTTP, 'FQDN');
  const { mesh } = world(...served, selecting, stray, names);
  expect(mesh.problems(keyOf(selecting))).toMatchObject([{ code: 'no-endpoints', path: 'spec.workloadSelector' }]);
  expect(mesh.problems(keyOf(stray))).toMatchObject([{ code: 'unknown-service', path: 'metadata.labels' }]);
  expect(mesh.problems(keyOf(names))).toMatchObject([{ code: 'unsupported-address-type', path: 'addressType' }]);
});

test('objects that are gone have no problems', () => {
  const wrong = rule('shop/r', { host: 'nothing' });
  const { mesh, drop } = world(wrong);
  expect(mesh.problems(keyOf(wrong))).toHaveLength(1);
  drop(wrong);
  expect(mesh.problems(keyOf(wrong))).toEqual([]);
});

test('a mesh configuration is applied setting by setting, and what is not is told', () => {
  const config = object('v1', 'ConfigMap', 'istio-system/istio', {
    data: {
      mesh: 'connectTimeout: 3s\noutboundTrafficPolicy:\n  mode: REGISTRY_ONLY\nproxyHttpPort: 99999\nenableTracing: true\n',
    },
  });
  const { mesh } = world(config);
  expect(mesh.config()).toMatchObject({
    connectTimeoutMs: 3000,
    outboundTrafficPolicy: 'registry-only',
    proxyHttpPort: 0,
  });
  expect(mesh.problems(keyOf(config)).map(({ severity, message }) => [severity, message.split(' ')[0]])).toEqual([
    ['error', 'proxyHttpPort'],
    ['notice', 'enableTracing'],
  ]);
});

test('a mesh configuration that is no YAML leaves the defaults', () => {
  const config = object('v1', 'ConfigMap', 'istio-system/istio', { data: { mesh: 'a: [' } });
  const { mesh } = world(config);
  expect(mesh.config().connectTimeoutMs).toBe(10_000);
  expect(mesh.problems(keyOf(config))).toMatchObject([{ severity: 'error', path: 'data.mesh' }]);
});
