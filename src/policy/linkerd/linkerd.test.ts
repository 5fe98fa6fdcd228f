import { expect, test } from 'vitest';
import type { Condition } from '../condition.ts';
import { sidecar, type World, world } from '../world.fixture.ts';
import { principalFor } from './identities.ts';

function linkerd(kind: string, row: string, spec: string, version = 'v1alpha1', meta = ''): string {
  const [namespace, name] = row.split('/');
  return `
---
apiVersion: policy.linkerd.io/${version}
kind: ${kind}
metadata: { name: ${name}, namespace: ${namespace}${meta} }
spec: ${spec}`;
}

const server = (row: string, spec: string, meta = '') => linkerd('Server', row, spec, 'v1beta3', meta);
const CART = server('shop/cart', '{ podSelector: { matchLabels: { app: cart } }, port: 8080 }');
const cart = sidecar('shop', { app: 'cart' });

function pod(name: string, ports: string): string {
  return `
---
apiVersion: v1
kind: Pod
metadata: { name: ${name}, namespace: shop, labels: { app: ${name} } }
spec: { containers: [{ name: app, ports: ${ports} }] }`;
}

/** What is denied on a port: `undefined` nothing, else the condition of its one rule. */
function deniedOn({ policies }: World, port: number | undefined = 8080, subject = cart): Condition | undefined {
  const { deny, allow } = policies.authorization(policies.authorizationOf(subject, port));
  expect(allow).toEqual([]);
  return deny[0]?.rules[0]?.from;
}

const ALL: Condition = { kind: 'all', of: [] };
const principal = (value: string, kind: 'exact' | 'prefix' = 'exact') => ({
  kind: 'principal',
  match: { kind, value },
});
const PRESENT = { kind: 'principal', match: { kind: 'present' } };

test('a Server closes its port, of the workloads that it selects and no other', () => {
  const it = world(CART);
  expect(deniedOn(it)).toEqual(ALL);
  expect(it.policies.authorizationOf(cart, 8081)).toBe('');
  expect(it.policies.authorizationOf(sidecar('shop', { app: 'web' }), 8080)).toBe('');
  expect(it.policies.authorizationOf(sidecar('web', { app: 'cart' }), 8080)).toBe('');
  expect(it.policies.authorizationOf({ ...cart, role: 'router' }, 8080)).toBe('');
  expect(it.told()).toEqual([]);
});

test.each([
  ['deny', ALL],
  ['all-unauthenticated', undefined],
  ['all-authenticated', { kind: 'not', of: PRESENT }],
  [
    'cluster-unauthenticated',
    { kind: 'not', of: { kind: 'any', of: expect.arrayContaining([{ kind: 'source-ip', cidr: '10.0.0.0/8' }]) } },
  ],
  ['cluster-authenticated', { kind: 'not', of: { kind: 'all', of: [expect.anything(), PRESENT] } }],
])('accessPolicy %s', (accessPolicy, denied) => {
  const it = world(server('shop/cart', `{ podSelector: {}, port: 8080, accessPolicy: ${accessPolicy} }`));
  expect(deniedOn(it)).toEqual(denied);
});

test('accessPolicy audit notes, and denies nobody', () => {
  const { policies } = world(server('shop/cart', '{ podSelector: {}, port: 8080, accessPolicy: audit }'));
  const { deny, audit } = policies.authorization(policies.authorizationOf(cart, 8080));
  expect(deny).toEqual([]);
  expect(audit).toMatchObject([{ name: 'cart', rules: [{ from: ALL }] }]);
});

test('on a port that nobody knows of, a Server closes its own port', () => {
  const { policies } = world(CART);
  const { deny } = policies.authorization(policies.authorizationOf(cart, undefined));
  expect(deny[0]?.rules).toMatchObject([{ from: ALL, to: { kind: 'port', port: 8080 } }]);
});

test('a port may be named as a container names it', () => {
  const named = server('shop/cart', '{ podSelector: { matchLabels: { app: cart } }, port: admin }');
  const it = world(named + pod('cart', '[{ name: http, containerPort: 8080 }, { name: admin, containerPort: 9090 }]'));
  expect(deniedOn(it, 9090)).toEqual(ALL);
  expect(deniedOn(it, 8080)).toBeUndefined();
  expect(it.told()).toEqual([]);
  expect(world(named).told()).toEqual([
    'error spec.port: no container of a selected Pod, and no Service, has a port named admin: it closes nothing',
  ]);
});

test('where no Pods are told of, a port has the name that a Service gives it', () => {
  const it = world(`${server('shop/cart', '{ podSelector: { matchLabels: { app: cart } }, port: http }')}
---
apiVersion: v1
kind: Service
metadata: { name: cart, namespace: shop }
spec: { selector: { app: cart }, ports: [{ name: http, port: 80, targetPort: 8080 }] }`);
  expect(deniedOn(it, 8080)).toEqual(ALL);
  expect(deniedOn(it, 80)).toBeUndefined();
  expect(it.told('between')).toEqual([]);
});

test.each([
  ['{ key: app, operator: In, values: [cart, web] }', true],
  ['{ key: app, operator: NotIn, values: [web] }', true],
  ['{ key: app, operator: NotIn, values: [cart] }', false],
  ['{ key: app, operator: Exists }', true],
  ['{ key: app, operator: DoesNotExist }', false],
  ['{ key: tier, operator: In, values: [a] }', false],
])('pods are selected by %s: %s', (expression, closed) => {
  const it = world(server('shop/cart', `{ podSelector: { matchExpressions: [${expression}] }, port: 8080 }`));
  expect(deniedOn(it) !== undefined).toBe(closed);
  expect(it.policies.selectorKeys()).toEqual([/key: (\w+)/.exec(expression)![1]]);
});

const authorization = (spec: string) => linkerd('ServerAuthorization', 'shop/a', spec, 'v1beta1');

test.each([
  ['{ unauthenticated: true }', undefined],
  ['{ meshTLS: { unauthenticatedTLS: true } }', { kind: 'not', of: PRESENT }],
  ['{ meshTLS: { identities: ["*"] } }', { kind: 'not', of: PRESENT }],
  ['{ meshTLS: { serviceAccounts: [{ name: web }] } }', { kind: 'not', of: principal('cluster.local/ns/shop/sa/web') }],
  [
    '{ meshTLS: { serviceAccounts: [{ name: web, namespace: b }], identities: ["c.d.serviceaccount.identity.linkerd.cluster.local"] } }',
    {
      kind: 'not',
      of: { kind: 'any', of: [principal('cluster.local/ns/d/sa/c'), principal('cluster.local/ns/b/sa/web')] },
    },
  ],
  [
    '{ networks: [{ cidr: 10.0.0.0/8, except: [10.1.0.0/16] }], unauthenticated: true }',
    {
      kind: 'not',
      of: {
        kind: 'all',
        of: [
          {
            kind: 'all',
            of: [
              { kind: 'source-ip', cidr: '10.0.0.0/8' },
              { kind: 'not', of: { kind: 'source-ip', cidr: '10.1.0.0/16' } },
            ],
          },
          ALL,
        ],
      },
    },
  ],
])('a ServerAuthorization lets in %s', (client, denied) => {
  const it = world(CART + authorization(`{ server: { name: cart }, client: ${client} }`));
  expect(deniedOn(it)).toEqual(denied);
  expect(it.told()).toEqual([]);
});

test('a ServerAuthorization finds its Servers by label too', () => {
  const labelled = server('shop/cart', '{ podSelector: {}, port: 8080 }', ', labels: { tier: front }');
  const by = (tier: string) =>
    authorization(`{ server: { selector: { matchLabels: { tier: ${tier} } } }, client: { unauthenticated: true } }`);
  expect(deniedOn(world(labelled + by('front')))).toBeUndefined();
  const other = world(labelled + by('back'));
  expect(deniedOn(other)).toEqual(ALL);
  expect(other.told()).toEqual([
    'warning spec.server.selector: there is no Server that it is about, so it lets nobody in anywhere',
  ]);
});

test.each([
  [
    'no client that could be let in',
    '{}',
    'error spec.client: lets nobody in: it names no identities or serviceAccounts, nor unauthenticated clients',
  ],
  [
    'a bad network',
    '{ networks: [{ cidr: x }], unauthenticated: true }',
    'error spec.client.networks[0].cidr: must be an IP address or a range like 10.0.0.0/8, not "x"',
  ],
  [
    'a bad exception',
    '{ networks: [{ cidr: 10.0.0.0/8, except: [x] }], unauthenticated: true }',
    'error spec.client.networks[0].except[0]: must be an IP address or a range like 10.0.0.0/8, not "x"',
  ],
  [
    'networks that are no list',
    '{ networks: 10.0.0.0/8, unauthenticated: true }',
    'error spec.client.networks: must be a list, not "10.0.0.0/8"',
  ],
  ['an unknown field', '{ network: [], unauthenticated: true }', 'error spec.client.network: unknown field "network"'],
])('a ServerAuthorization with %s lets nobody in, and is told', (_, client, problem) => {
  const it = world(CART + authorization(`{ server: { name: cart }, client: ${client} }`));
  const denied = deniedOn(it);
  const nobody = { kind: 'any', of: [] };
  expect([ALL, { kind: 'not', of: nobody }, { kind: 'not', of: { kind: 'all', of: [nobody, ALL] } }]).toContainEqual(
    denied,
  );
  expect(it.told()).toEqual([problem]);
});

const policy = (target: string, refs: string) =>
  linkerd('AuthorizationPolicy', 'shop/a', `{ targetRef: ${target}, requiredAuthenticationRefs: ${refs} }`);
const TO_CART = '{ group: policy.linkerd.io, kind: Server, name: cart }';

test('an AuthorizationPolicy wants all that it refers to', () => {
  const it = world(
    CART +
      policy(
        TO_CART,
        `[{ group: policy.linkerd.io, kind: MeshTLSAuthentication, name: web },
          { group: policy.linkerd.io, kind: NetworkAuthentication, name: lan, namespace: infra }]`,
      ) +
      linkerd('MeshTLSAuthentication', 'shop/web', '{ identityRefs: [{ kind: ServiceAccount, name: web }] }') +
      linkerd('NetworkAuthentication', 'infra/lan', '{ networks: [{ cidr: 10.0.0.0/8 }] }'),
  );
  const both = [principal('cluster.local/ns/shop/sa/web'), { kind: 'source-ip', cidr: '10.0.0.0/8' }];
  expect(deniedOn(it)).toEqual({ kind: 'not', of: { kind: 'all', of: both } });
  expect(it.told()).toEqual([]);
});

test.each([
  ['[{ kind: ServiceAccount, name: web, namespace: b }]', { kind: 'not', of: principal('cluster.local/ns/b/sa/web') }],
  ['[]', undefined],
])('an AuthorizationPolicy for a namespace is for every Server of it: %s', (refs, denied) => {
  const it = world(CART + policy('{ kind: Namespace, name: shop }', refs));
  expect(deniedOn(it)).toEqual(denied);
  expect(it.told()).toEqual([]);
});

test.each([
  [
    TO_CART,
    '[{ group: policy.linkerd.io, kind: MeshTLSAuthentication, name: gone }]',
    'error spec.requiredAuthenticationRefs[0]: there is no MeshTLSAuthentication shop/gone, so nobody can prove it and the policy lets nobody in',
  ],
  [
    TO_CART,
    '[{ group: apps, kind: Deployment, name: web }]',
    'error spec.requiredAuthenticationRefs[0]: Deployment of apps is nothing that clients can prove, so the policy lets nobody in',
  ],
  [
    '{ group: policy.linkerd.io, kind: Pod, name: x }',
    '[]',
    "error spec.targetRef.kind: Pod of policy.linkerd.io is not applied as a target: only a Server, an HTTPRoute or the policy's own Namespace is",
  ],
  [
    '{ group: policy.linkerd.io, kind: HTTPRoute, name: x }',
    '[]',
    'warning spec.targetRef.name: there is no HTTPRoute shop/x of policy.linkerd.io, so it lets nobody in anywhere',
  ],
  [
    '{ group: policy.linkerd.io, kind: Server, name: crt }',
    '[]',
    'warning spec.targetRef.name: there is no Server shop/crt, so it lets nobody in anywhere',
  ],
  [
    '{ kind: Namespace, name: web }',
    '[]',
    'warning spec.targetRef.name: there is no Server that it is about, so it lets nobody in anywhere',
  ],
])('an AuthorizationPolicy for %s that wants %s lets nobody in, and is told', (target, refs, problem) => {
  const it = world(CART + policy(target, refs));
  expect([ALL, { kind: 'not', of: { kind: 'any', of: [] } }]).toContainEqual(deniedOn(it));
  expect(it.told()).toEqual([problem]);
});

test('of two Servers for one port the older one speaks', () => {
  const it = world(
    CART + server('shop/all', '{ podSelector: {}, port: 8080, accessPolicy: all-unauthenticated }') + pod('cart', '[]'),
  );
  expect(deniedOn(it)).toBeUndefined();
  expect(it.told()).toEqual([
    'error spec.port: is not applied where Server shop/all is about the same port: that one is older, or comes first by name',
  ]);
});

test.each([
  ['a port that is none', '{ podSelector: { matchLabels: { app: cart } }, port: 99999 }', [ALL, ALL, undefined]],
  [
    'a selector that is none',
    '{ podSelector: { matchLabels: { app: cart, v: 1 } }, port: 8080 }',
    [ALL, undefined, undefined],
  ],
  ['a mistyped selector', '{ podSelecto: { matchLabels: { app: cart } }, port: 8080 }', [ALL, undefined, ALL]],
  [
    'a bad accessPolicy',
    '{ podSelector: { matchLabels: { app: cart } }, port: 8080, accessPolicy: open }',
    [ALL, undefined, undefined],
  ],
])('a Server with %s closes all that it may have been meant to', (_, spec, [onPort, onOther, ofOther]) => {
  const it = world(server('shop/cart', spec));
  expect(deniedOn(it)).toEqual(onPort);
  expect(deniedOn(it, 81)).toEqual(onOther);
  expect(deniedOn(it, 8080, sidecar('shop', { app: 'web' }))).toEqual(ofOther);
  expect(it.told().some((line) => line.startsWith('error'))).toBe(true);
});

test.each([
  ['web.shop.serviceaccount.identity.linkerd.a.org', ['a.org/ns/shop/sa/web', 'b.org/ns/shop/sa/web'], 'exact'],
  ['web.shop.serviceaccount.identity.linkerd.c.org', ['c.org/ns/shop/sa/web'], 'exact'],
  ['*.shop.serviceaccount.identity.linkerd.b.org', ['a.org/ns/shop/sa/', 'b.org/ns/shop/sa/'], 'prefix'],
  ['*.serviceaccount.identity.linkerd.a.org', ['a.org/ns/', 'b.org/ns/'], 'prefix'],
  ['*.identity.linkerd.a.org', ['a.org/ns/', 'b.org/ns/'], 'prefix'],
  ['*.a.org', ['a.org/ns/', 'b.org/ns/'], 'prefix'],
] as const)('the identity %s is %j', (identity, values, kind) => {
  const of = values.map((value) => principal(value, kind));
  expect(principalFor(identity, ['a.org', 'b.org'])).toEqual(of.length === 1 ? of[0] : { kind: 'any', of });
});

test('an identity that no workload can have lets nobody in, and is told', () => {
  const it = world(
    CART +
      authorization('{ server: { name: cart }, client: { meshTLS: { identities: [web.example.com] } } }') +
      linkerd('MeshTLSAuthentication', 'shop/b', '{ identities: ["*.example.com"] }') +
      linkerd('MeshTLSAuthentication', 'shop/c', '{ identityRefs: [{ kind: Pod, name: x }] }'),
  );
  expect(deniedOn(it)).toEqual({ kind: 'not', of: { kind: 'any', of: [] } });
  expect(it.told()).toEqual([
    'warning spec.identities[0]: no workload of the mesh has the identity *.example.com',
    'error spec.identityRefs[0].kind: Pod has no identity: a ServiceAccount or a Namespace has',
    'warning spec.client.meshTLS.identities[0]: no workload of the mesh has the identity web.example.com',
  ]);
});
