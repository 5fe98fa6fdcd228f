import { expect, test } from 'vitest';
import type { Call } from '../call.ts';
import { NO_ROUTE } from '../condition.ts';
import { evaluate } from '../evaluate.ts';
import { outlook } from '../outlook.ts';
import { sidecar, type World, world } from '../world.fixture.ts';

function object(apiVersion: string, kind: string, name: string, spec: string): string {
  return `
---
apiVersion: ${apiVersion}
kind: ${kind}
metadata: { name: ${name}, namespace: shop }
spec: ${spec}`;
}

const POLICY = 'policy.linkerd.io';
const GATEWAY = 'gateway.networking.k8s.io';
const CART = object(
  `${POLICY}/v1beta3`,
  'Server',
  'cart',
  '{ podSelector: { matchLabels: { app: cart } }, port: 8080 }',
);
const SERVICE = `
---
apiVersion: v1
kind: Service
metadata: { name: cart, namespace: shop }
spec: { selector: { app: cart }, ports: [{ name: http, port: 80, targetPort: 8080 }] }
---
apiVersion: v1
kind: Pod
metadata: { name: cart, namespace: shop, labels: { app: cart } }`;

const PARENT = `{ group: ${POLICY}, kind: Server, name: cart }`;

function route(group: string, name: string, parent = PARENT, rest = ''): string {
  const version = group === POLICY ? 'v1beta3' : 'v1';
  return object(`${group}/${version}`, 'HTTPRoute', name, `{ parentRefs: [${parent}]${rest} }`);
}

function letsIn(account: string, target: string): string {
  const spec = `{ targetRef: ${target}, requiredAuthenticationRefs: [{ kind: ServiceAccount, name: ${account} }] }`;
  return object(`${POLICY}/v1alpha1`, 'AuthorizationPolicy', account, spec);
}

const toRoute = (group: string, name: string): string => `{ group: ${group}, kind: HTTPRoute, name: ${name} }`;
const key = (group: string, name: string): string => `${group}/HTTPRoute/shop/${name}`;

const cart = sidecar('shop', { app: 'cart' });
const authorizationOf = ({ policies }: World) => policies.authorization(policies.authorizationOf(cart, 8080));

/** Whether an account is let in to a route; over TCP if it is undefined. */
function allowed(it: World, account: string, chosen: string | undefined): boolean {
  const http = { method: 'GET', path: '/', host: 'cart', headers: {}, claims: undefined, route: chosen };
  return evaluate(authorizationOf(it), { ...from(account), http: chosen === undefined ? undefined : http }).allowed;
}

function from(account: string): Omit<Call, 'http'> {
  const principal = `cluster.local/ns/shop/sa/${account}`;
  const nowhere = { sourceIp: '10.0.0.1', remoteIp: '10.0.0.1', destinationIp: '10.0.0.2', serverName: undefined };
  return { principal, ...nowhere, destinationPort: 8080, metadata: {} };
}

test('who is let in to a route is let in to that one only, of two of one name to that of the right group', () => {
  const it = world(
    CART +
      SERVICE +
      route(POLICY, 'r') +
      route(GATEWAY, 'r') +
      letsIn('web', toRoute(POLICY, 'r')) +
      letsIn('bank', toRoute(GATEWAY, 'r')),
  );
  const who = (group: string) => ['web', 'bank', 'other'].filter((account) => allowed(it, account, key(group, 'r')));
  expect(who(POLICY)).toEqual(['web']);
  expect(who(GATEWAY)).toEqual(['bank']);
  expect(it.told()).toEqual([]);
});

test('who is let in to the Server is let in to all of its routes, and nobody else to a route that nobody speaks of', () => {
  const it = world(
    CART + SERVICE + route(POLICY, 'r') + letsIn('web', `{ group: ${POLICY}, kind: Server, name: cart }`),
  );
  expect(['web', 'other'].map((account) => allowed(it, account, key(POLICY, 'r')))).toEqual([true, false]);
});

test('nobody needs to be let in to be told that there is nothing; connections are for whom the Server lets in', () => {
  const it = world(CART + SERVICE + route(POLICY, 'r') + letsIn('web', toRoute(POLICY, 'r')));
  expect(allowed(it, 'other', NO_ROUTE)).toBe(true);
  expect(allowed(it, 'web', undefined)).toBe(false);
  // A request of which no proxy said which route it has is let in by nobody.
  expect(evaluate(authorizationOf(it), { ...from('web'), http: { ...request, route: undefined } }).allowed).toBe(false);
  it.put(letsIn('web', '{ kind: Namespace, name: shop }'));
  expect(allowed(it, 'web', undefined)).toBe(true);
});

const request = { method: 'GET', path: '/', host: 'cart', headers: {}, claims: undefined };

test('without routes a Server closes everything, with the first one it is asked route by route', () => {
  const it = world(CART + SERVICE + letsIn('web', toRoute(POLICY, 'r')));
  expect(allowed(it, 'web', NO_ROUTE)).toBe(false);
  expect(it.told()).toEqual([
    'warning spec.targetRef.name: there is no HTTPRoute shop/r of policy.linkerd.io, so it lets nobody in anywhere',
  ]);
  it.put(route(POLICY, 'r'));
  expect(allowed(it, 'web', key(POLICY, 'r'))).toBe(true);
  it.drop(route(POLICY, 'r'));
  expect(allowed(it, 'web', key(POLICY, 'r'))).toBe(false);
});

test.each([
  ['of another namespace', `{ group: ${POLICY}, kind: Server, name: cart, namespace: web }`],
  ['with a port', `{ group: ${POLICY}, kind: Server, name: cart, port: 8080 }`],
  ['of another group', '{ group: example.com, kind: Server, name: cart }'],
])('a parent %s is not the Server', (_, parent) => {
  const it = world(CART + SERVICE + route(GATEWAY, 'r', parent) + letsIn('web', toRoute(GATEWAY, 'r')));
  expect(allowed(it, 'web', key(GATEWAY, 'r'))).toBe(false);
  expect(it.told('between')).toEqual([
    'warning spec.targetRef.name: HTTPRoute shop/r is for no Server of its namespace, so this lets nobody in anywhere',
  ]);
});

test('before anybody asks for something: never, sometimes, always', () => {
  const it = world(CART + SERVICE + route(POLICY, 'r') + letsIn('web', toRoute(POLICY, 'r')));
  const seen = (account: string, protocol: 'http' | 'tcp') => outlook(authorizationOf(it), from(account), protocol);
  expect([seen('other', 'http'), seen('web', 'http'), seen('web', 'tcp')]).toEqual(['never', 'sometimes', 'never']);
});

test('a changed rule wakes nobody who asks who is let in', () => {
  const it = world(CART + SERVICE + route(POLICY, 'r') + letsIn('web', toRoute(POLICY, 'r')));
  const watch = it.graph.watch(
    'test',
    () => authorizationOf(it),
    () => {},
  );
  watch.read();
  const before = it.graph.computed.get('policy.authorization');
  it.put(route(POLICY, 'r', PARENT, ', rules: [{ matches: [{ path: { value: /x } }] }]'));
  watch.read();
  expect(it.graph.computed.get('policy.authorization')).toBe(before);
});

test('Linkerd has no routes for Gateways, and says so', () => {
  const parent = `{ group: ${GATEWAY}, kind: Gateway, name: edge }`;
  expect(world(route(POLICY, 'r', parent)).told('between')).toEqual([
    'error spec.parentRefs[0]: is nothing to which an HTTPRoute of policy.linkerd.io can be attached: it is not attached there',
  ]);
  expect(world(route(GATEWAY, 'r', parent)).told('between')).toEqual([]);
});

test('what does not hold at a Server is told: where requests go, and a port that is not read', () => {
  const rules = ', rules: [{}, { backendRefs: [{ name: x, port: 80 }] }]';
  const it = world(CART + SERVICE.replace('name: http, ', 'name: tcp, ') + route(POLICY, 'r', PARENT, rules));
  expect(it.told('between')).toEqual([
    'warning spec.parentRefs: no Service leads to the port of Server shop/cart with HTTP, so no request is read there: who is let in by this route only is not let in',
    'warning spec.rules[1].backendRefs: is not applied at a Server: requests have arrived there, and go to its program',
  ]);
});
