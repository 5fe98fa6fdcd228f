import { expect, test } from 'vitest';
import type { RawObject } from '../../api/index.ts';
import { backendKey } from './backend.ts';
import { gateway, listener, object, route, shown, world } from './world.fixture.ts';

const CART = { group: '', kind: 'Service', name: 'cart' };
const TO_CART = { rules: [{ backendRefs: [{ name: 'cart', port: 80 }] }] };

test('the oldest policy holds for a backend as a whole, and the other is told', () => {
  const { api } = world([
    ...shop(),
    policy('shop/new', [CART], { retryConstraint: { budget: { percent: 70 } } }, '2026-02-01T00:00:00Z'),
    policy('shop/old', [CART], { sessionPersistence: { sessionName: 'old' } }, '2026-01-01T00:00:00Z'),
  ]);
  expect(sessionOf(api)).toMatchObject({ name: 'old', origin: { path: 'spec.sessionPersistence' } });
  expect(api.retryBudget('Service/shop/cart')).toBeUndefined();
  const [older, newer] = ['shop/old', 'shop/new'].map((row) => shown(api.trafficPolicyState(row)!.accepted));
  expect([older, newer]).toEqual(['True/Accepted', 'False/Conflicted']);
});

test('a policy that holds for one of its targets is accepted', () => {
  const missing = { ...CART, name: 'missing' };
  const { api } = world([...shop(), policy('shop/p', [missing, CART]), policy('shop/q', [missing])]);
  expect(shown(api.trafficPolicyState('shop/p')!.accepted)).toBe('True/Accepted');
  expect(api.trafficPolicyState('shop/q')!.accepted).toMatchObject({
    reason: 'TargetNotFound',
    path: 'spec.targetRefs[0]',
  });
});

test('a policy cannot be about a Gateway', () => {
  const { api } = world([
    ...shop(),
    policy('shop/p', [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'public' }]),
  ]);
  expect(api.trafficPolicyState('shop/p')!.accepted).toMatchObject({ ok: false, reason: 'Invalid' });
});

test('where no route of Gateway API leads, there is no budget', () => {
  const constraint = { retryConstraint: { minRetryRate: { count: 30, interval: '1m' } } };
  const { api, drop } = world([...shop(), policy('shop/p', [CART], constraint)]);
  expect(api.retryBudget('Service/shop/cart')).toMatchObject({ percent: 20, alwaysPerSecond: 0.5 });
  drop(...shop().filter(({ kind }) => kind === 'HTTPRoute'));
  expect(api.retryBudget('Service/shop/cart')).toBeUndefined();
});

test('a policy is told at the Gateways and the Services from where routes lead to its target', () => {
  const mesh = { group: '', kind: 'Service', name: 'cart' };
  const { api } = world([...shop(), route('HTTPRoute', 'shop/inside', [mesh], TO_CART), policy('shop/p', [CART])]);
  const key = 'gateway.networking.x-k8s.io/XBackendTrafficPolicy/shop/p';
  expect(api.policyAncestors(key as Parameters<typeof api.policyAncestors>[0]).map(({ of }) => of)).toEqual([
    { kind: 'Gateway', key: 'shop/public' },
    { kind: 'Service', key: 'shop/cart' },
  ]);
});

test('sessions without a name have one of their own for each target', () => {
  const pay = { ...CART, name: 'pay' };
  const unnamed = { sessionPersistence: { type: 'Header' } };
  const { api } = world([...shop(), service('shop/pay'), policy('shop/p', [CART, pay], unnamed)]);
  const names = ['cart', 'pay'].map((name) => sessionOf(api, name)?.name);
  expect(new Set(names).size).toBe(2);
});

function sessionOf(api: ReturnType<typeof world>['api'], name = 'cart') {
  const from = { kind: 'HTTPRoute', namespace: 'shop' };
  const found = api.backend(
    backendKey({ from, to: { group: '', kind: 'Service', namespace: 'shop', name, port: 80 } }),
  );
  return found.kind === 'broken' ? undefined : found.session;
}

function shop(): readonly RawObject[] {
  return [
    gateway('shop/public', [listener('http', 'HTTP', 80)]),
    route('HTTPRoute', 'shop/cart', ['public'], TO_CART),
    service('shop/cart'),
  ];
}

function service(row: string): RawObject {
  return object('v1', 'Service', row, { spec: { clusterIP: '10.0.0.1', ports: [{ name: 'http', port: 80 }] } });
}

function policy(
  row: string,
  targetRefs: readonly Readonly<Record<string, string>>[],
  rest: Readonly<Record<string, unknown>> = {},
  created = '2026-01-01T00:00:00Z',
): RawObject {
  const spec = { targetRefs, ...rest };
  const meta = { creationTimestamp: created };
  return object('gateway.networking.x-k8s.io/v1alpha1', 'XBackendTrafficPolicy', row, { spec }, meta);
}
