import { expect, test } from 'vitest';
import { keyOf } from '../api/index.ts';
import { object, rule, service, world } from './world.fixture.ts';

const PORTS = { ports: [{ name: 'http', port: 80 }] };
const cart = service('shop/cart', PORTS);
const CART = 'shop/cart.shop.svc.cluster.local';
const pool = (maxConnections: number) => ({ connectionPool: { tcp: { maxConnections } } });

test('the client namespace rules first, then the service, then the root namespace', () => {
  const host = 'cart.shop.svc.cluster.local';
  const own = rule('pay/own', { host });
  const theirs = rule('shop/theirs', { host: 'cart' });
  const root = rule('istio-system/root', { host: '*.local' });
  const { mesh, drop } = world(cart, own, theirs, root);
  expect(mesh.ruleFor('pay', CART)).toBe('pay/own');
  expect(mesh.ruleFor('other', CART)).toBe('shop/theirs');
  drop(own);
  expect(mesh.ruleFor('pay', CART)).toBe('shop/theirs');
  drop(theirs);
  expect(mesh.ruleFor('pay', CART)).toBe('istio-system/root');
  drop(root);
  expect(mesh.ruleFor('pay', CART)).toBeUndefined();
});

test('within a namespace the most specific host wins, whatever its age', () => {
  const exact = rule('shop/exact', { host: 'cart' }, { creationTimestamp: '2025-01-01T00:00:00Z' });
  const long = rule('shop/long', { host: '*.shop.svc.cluster.local' });
  const { mesh, drop } = world(cart, rule('shop/all', { host: '*' }), long, exact);
  expect(mesh.ruleFor('shop', CART)).toBe('shop/exact');
  drop(exact);
  expect(mesh.ruleFor('shop', CART)).toBe('shop/long');
  drop(long);
  expect(mesh.ruleFor('shop', CART)).toBe('shop/all');
});

test('a rule that is not exported to a client does not govern it', () => {
  const { mesh } = world(cart, rule('shop/home', { host: 'cart', exportTo: ['.'] }), rule('shop/all', { host: '*' }));
  expect(mesh.ruleFor('shop', CART)).toBe('shop/home');
  expect(mesh.ruleFor('pay', CART)).toBe('shop/all');
});

test('for clients in the root namespace the rules of the service come before the catch-all of the mesh', () => {
  const { mesh, put } = world(cart, rule('shop/cart', { host: 'cart' }), rule('istio-system/all', { host: '*.local' }));
  expect(mesh.ruleFor('istio-system', CART)).toBe('shop/cart');
  put(rule('istio-system/own', { host: 'cart.shop.svc.cluster.local', exportTo: ['.'] }));
  expect(mesh.ruleFor('istio-system', CART)).toBe('istio-system/own');
});

test('a rule for some workloads only governs nobody', () => {
  const { mesh } = world(cart, rule('shop/cart', { host: 'cart', workloadSelector: { matchLabels: { app: 'x' } } }));
  expect(mesh.ruleFor('shop', CART)).toBeUndefined();
});

test('rules for one host are one rule: the oldest speaks, the others add subsets', () => {
  const old = rule(
    'shop/z',
    { host: 'cart', trafficPolicy: pool(1), subsets: [{ name: 'v1', labels: { version: 'v1' } }] },
    { creationTimestamp: '2024-01-01T00:00:00Z' },
  );
  const young = rule(
    'shop/a',
    {
      host: 'cart',
      trafficPolicy: pool(2),
      subsets: [
        { name: 'v1', labels: { version: 'other' } },
        { name: 'v2', labels: { version: 'v2' } },
      ],
    },
    { creationTimestamp: '2024-02-01T00:00:00Z' },
  );
  const { mesh } = world(cart, old, young);
  const id = mesh.ruleFor('pay', CART)!;
  expect(id).toBe('shop/z+a');
  expect(mesh.ruleObjects(id)).toEqual([keyOf(old), keyOf(young)]);
  expect(mesh.subsets(id)).toEqual([
    { name: 'v1', labels: { version: 'v1' } },
    { name: 'v2', labels: { version: 'v2' } },
  ]);
  expect(mesh.trafficPolicy(id, 80).connectionPool.maxConnections).toBe(1);
  expect(mesh.problems(keyOf(old)).filter(({ code }) => code === 'conflicting-rules')).toEqual([]);
  expect(mesh.problems(keyOf(young)).map(({ path }) => path)).toEqual(['spec.trafficPolicy', 'spec.subsets[0]']);
});

test('rules that no client sees together do not conflict', () => {
  const a = rule('shop/a', { host: 'cart', trafficPolicy: pool(1), exportTo: ['pay'] });
  const b = rule('shop/b', { host: 'cart', trafficPolicy: pool(2), exportTo: ['.'] });
  const { mesh } = world(cart, a, b);
  expect([mesh.ruleFor('pay', CART), mesh.ruleFor('shop', CART)]).toEqual(['shop/a', 'shop/b']);
  expect(mesh.problems(keyOf(b))).toEqual([]);
});

test('without a rule nobody said anything', () => {
  const { mesh } = world(cart);
  expect(mesh.subsets(undefined)).toEqual([]);
  expect(mesh.trafficPolicy(undefined, 80)).toMatchObject({ origin: undefined, connectionPool: {} });
});

test('a rule without a policy says nothing either', () => {
  const { mesh } = world(cart, rule('shop/cart', { host: 'cart', subsets: [{ name: 'v1' }] }));
  expect(mesh.trafficPolicy('shop/cart', 80, 'v1').origin).toBeUndefined();
});

test('the mesh configuration says who sees a rule that says nothing', () => {
  const config = object('v1', 'ConfigMap', 'istio-system/istio', {
    data: { mesh: 'defaultDestinationRuleExportTo: ["."]' },
  });
  const { mesh } = world(cart, rule('shop/cart', { host: 'cart' }), config);
  expect(mesh.ruleFor('shop', CART)).toBe('shop/cart');
  expect(mesh.ruleFor('pay', CART)).toBeUndefined();
});
