import { expect, test } from 'vitest';
import type { Authorization } from '../authorization.ts';
import type { Condition } from '../condition.ts';
import type { Subject } from '../policies.ts';
import { sidecar, type World, world } from '../world.fixture.ts';

function policy(row: string, spec: string, annotations = '{}'): string {
  const [namespace, name] = row.split('/');
  return `
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: ${name}, namespace: ${namespace}, annotations: ${annotations} }
spec: ${spec}`;
}

function meshConfig(yaml: string): string {
  return `
---
apiVersion: v1
kind: ConfigMap
metadata: { name: istio, namespace: istio-system }
data: { mesh: '${yaml}' }`;
}

const cart = sidecar('shop', { app: 'cart' });

function inForce({ policies }: World, subject: Subject = cart, port = 8080): Authorization {
  return policies.authorization(policies.authorizationOf(subject, port));
}

function namesIn(authorization: Authorization): Readonly<Record<string, readonly string[]>> {
  const { custom, ...others } = authorization;
  const all = Object.entries({ ...others, custom: custom?.policies ?? [] });
  return Object.fromEntries(
    all.filter(([, some]) => some.length > 0).map(([action, some]) => [action, some.map(({ name }) => name)]),
  );
}

/** The one rule of the one policy. */
function ruleOf(rule: string, action = 'DENY', more = ''): { from: Condition; to: Condition } {
  const { allow, deny } = inForce(world(policy('shop/a', `{ action: ${action}, rules: [${rule}] }`) + more));
  const { from, to } = [...allow, ...deny][0]!.rules[0]!;
  return { from, to };
}

const ALL: Condition = { kind: 'all', of: [] };
const NONE: Condition = { kind: 'any', of: [] };
const exact = (value: string) => ({ kind: 'exact', value });
const namespace = (value: string) => ({ kind: 'source-namespace', match: exact(value) });

test('policies hold where their selector and namespace say, and those of the root namespace everywhere', () => {
  const it = world(
    policy('shop/all', '{}') +
      policy('shop/cart', '{ selector: { matchLabels: { app: cart } }, action: DENY, rules: [{}] }') +
      policy('istio-system/audit', '{ action: AUDIT, rules: [{}] }') +
      policy('web/other', '{}'),
  );
  expect(namesIn(inForce(it))).toEqual({ allow: ['all'], deny: ['cart'], audit: ['audit'] });
  expect(namesIn(inForce(it, sidecar('shop', { app: 'web' })))).toEqual({ allow: ['all'], audit: ['audit'] });
  expect(namesIn(inForce(it, sidecar('infra')))).toEqual({ audit: ['audit'] });
  expect(world('').policies.authorizationOf(cart, 80)).toBe('');
  expect(it.policies.selectorKeys()).toEqual(['app']);
});

test('a policy for a Gateway holds at that gateway and at no workload', () => {
  const it = world(
    policy('edge/a', '{ targetRefs: [{ group: gateway.networking.k8s.io, kind: Gateway, name: public }] }'),
  );
  const labels = { 'gateway.networking.k8s.io/gateway-name': 'public' };
  expect(namesIn(inForce(it, { role: 'router', namespace: 'edge', labels }))).toEqual({ allow: ['a'] });
  expect(namesIn(inForce(it, sidecar('edge', labels)))).toEqual({});
  expect(namesIn(inForce(it, { role: 'router', namespace: 'edge', labels: {} }))).toEqual({});
});

test('a Server closes its port beside the policies of Istio', () => {
  const it = world(`${policy('shop/a', '{ action: DENY, rules: [{}] }')}
---
apiVersion: policy.linkerd.io/v1beta3
kind: Server
metadata: { name: cart, namespace: shop }
spec: { podSelector: {}, port: 8080 }`);
  expect(namesIn(inForce(it))).toEqual({ deny: ['a', 'cart'] });
  expect(namesIn(inForce(it, cart, 8081))).toEqual({ deny: ['a'] });
});

test('equal policies have one id, whoever they are in force for, and a policy for others changes none', () => {
  const it = world(policy('shop/a', '{}'));
  const id = it.policies.authorizationOf(cart, 80);
  expect(it.policies.authorizationOf(sidecar('shop', { app: 'web' }), 443)).toBe(id);
  const watch = it.graph.watch(
    'test',
    () => it.policies.authorizationOf(cart, 80),
    () => {},
  );
  watch.read();
  const before = it.graph.computed.get('policy.authorizationPolicy');
  it.put(policy('web/b', '{ action: DENY, rules: [{}] }'));
  expect(watch.read()).toBe(id);
  expect(it.graph.computed.get('policy.authorizationPolicy')).toBe(before);
});

const principal = (match: object) => ({ kind: 'principal', match });

test.each([
  ['principals: ["cluster.local/ns/a/sa/b"]', principal(exact('cluster.local/ns/a/sa/b'))],
  ['principals: ["cluster.local/ns/a/*"]', principal({ kind: 'prefix', value: 'cluster.local/ns/a/' })],
  ['principals: ["*/sa/b"]', principal({ kind: 'suffix', value: '/sa/b' })],
  ['principals: ["*"]', principal({ kind: 'present' })],
  ['notPrincipals: ["*"]', { kind: 'not', of: principal({ kind: 'present' }) }],
  ['namespaces: [a]', namespace('a')],
  [
    'namespaces: [a, "b-*"]',
    { kind: 'any', of: [namespace('a'), { kind: 'source-namespace', match: { kind: 'prefix', value: 'b-' } }] },
  ],
  ['namespaces: [a], notNamespaces: [b]', { kind: 'all', of: [namespace('a'), { kind: 'not', of: namespace('b') }] }],
  ['serviceAccounts: [b]', principal({ kind: 'suffix', value: '/ns/shop/sa/b' })],
  ['serviceAccounts: [a/b]', principal({ kind: 'suffix', value: '/ns/a/sa/b' })],
  ['ipBlocks: [10.0.0.1]', { kind: 'source-ip', cidr: '10.0.0.1/32' }],
  ['ipBlocks: ["fd00::1"]', { kind: 'source-ip', cidr: 'fd00::1/128' }],
  ['remoteIpBlocks: [10.0.0.0/8]', { kind: 'remote-ip', cidr: '10.0.0.0/8' }],
  ['requestPrincipals: [i/s]', { kind: 'request-principal', match: exact('i/s') }],
  ['principals: []', ALL],
])('source { %s }', (source, from) => {
  expect(ruleOf(`{ from: [{ source: { ${source}${source.endsWith('[]') ? ', notNamespaces: []' : ''} } }] }`)).toEqual({
    from,
    to: ALL,
  });
});

test.each([
  ['hosts: ["*.a.com"]', { kind: 'host', match: { kind: 'suffix', value: '.a.com' } }],
  ['ports: ["80"]', { kind: 'port', port: 80 }],
  ['methods: [GET]', { kind: 'method', match: exact('GET') }],
  ['paths: ["/a*"]', { kind: 'path', match: { kind: 'prefix', value: '/a' } }],
  ['paths: ["/a/{*}/{**}"]', { kind: 'path', match: { kind: 'regex', value: '/a/[^/]+/.*' } }],
  ['notPaths: ["/a/{*}"]', { kind: 'not', of: { kind: 'path-template', template: '/a/{*}' } }],
  ['notPaths: [/a]', { kind: 'not', of: { kind: 'path', match: exact('/a') } }],
])('operation { %s }', (operation, to) => {
  expect(ruleOf(`{ to: [{ operation: { ${operation} } }] }`)).toEqual({ from: ALL, to });
});

const SOURCE_KEYS: readonly (readonly [string, string, object])[] = [
  ['request.headers[x-a]', '*', { kind: 'header', name: 'x-a', match: { kind: 'present' } }],
  ['source.ip', '10.0.0.1', { kind: 'source-ip', cidr: '10.0.0.1/32' }],
  ['remote.ip', '10.0.0.1', { kind: 'remote-ip', cidr: '10.0.0.1/32' }],
  ['source.namespace', 'a', namespace('a')],
  ['source.principal', 'cluster.local/ns/a/sa/b', principal(exact('cluster.local/ns/a/sa/b'))],
  ['source.serviceAccount', 'b', principal({ kind: 'suffix', value: '/ns/shop/sa/b' })],
  ['request.auth.principal', 'i/*', { kind: 'request-principal', match: { kind: 'prefix', value: 'i/' } }],
  ['request.auth.audiences', 'a', { kind: 'claim', path: ['aud'], match: exact('a') }],
  ['request.auth.presenter', 'a', { kind: 'claim', path: ['azp'], match: exact('a') }],
  ['request.auth.claims[a][b]', 'c', { kind: 'claim', path: ['a', 'b'], match: exact('c') }],
];

test.each(SOURCE_KEYS)('when %s is %s is asked of the source', (key, value, from) => {
  expect(ruleOf(`{ when: [{ key: "${key}", values: ["${value}"] }] }`)).toEqual({ from, to: ALL });
  const not = { kind: 'not', of: from };
  expect(ruleOf(`{ when: [{ key: "${key}", notValues: ["${value}"] }] }`)).toEqual({ from: not, to: ALL });
});

test.each([
  ['destination.ip', '10.0.0.0/8', { kind: 'destination-ip', cidr: '10.0.0.0/8' }],
  ['destination.port', '80', { kind: 'port', port: 80 }],
  ['connection.sni', '*.a', { kind: 'server-name', match: { kind: 'suffix', value: '.a' } }],
  [
    'experimental.envoy.filters.a.b[c]',
    'd',
    { kind: 'metadata', filter: 'envoy.filters.a.b', key: 'c', match: exact('d') },
  ],
  [
    'experimental.envoy.filters.a.b[c]',
    '[d*]',
    {
      kind: 'metadata',
      filter: 'envoy.filters.a.b',
      key: 'c',
      match: { kind: 'in-list', match: { kind: 'prefix', value: 'd' } },
    },
  ],
])('when %s is %s is asked of the target', (key, value, to) => {
  expect(ruleOf(`{ when: [{ key: "${key}", values: ["${value}"] }] }`)).toEqual({ from: ALL, to });
});

test('conditions hold in every source and every operation', () => {
  const written = `{ from: [{ source: { namespaces: [a] } }, { source: { namespaces: [b] } }],
    to: [{ operation: { ports: ["1"] } }, { operation: { ports: ["2"] } }],
    when: [{ key: source.namespace, notValues: [c] }, { key: destination.port, values: ["3"] }] }`;
  const notC = { kind: 'not', of: namespace('c') };
  const port = (number: number) => ({ kind: 'port', port: number });
  expect(ruleOf(written)).toEqual({
    from: {
      kind: 'any',
      of: [
        { kind: 'all', of: [namespace('a'), notC] },
        { kind: 'all', of: [namespace('b'), notC] },
      ],
    },
    to: {
      kind: 'any',
      of: [
        { kind: 'all', of: [port(1), port(3)] },
        { kind: 'all', of: [port(2), port(3)] },
      ],
    },
  });
});

test.each([
  ['source: { namespaces: [a, 5] }', namespace('a'), ALL],
  ['source: { namespaces: [5] }', NONE, ALL],
  ['source: { notNamespaces: [a, 5] }', NONE, { kind: 'not', of: namespace('a') }],
  ['source: { namespaces: [a], notNamespaces: 5 }', NONE, namespace('a')],
  ['source: { namespaces: [a], zone: [b] }', NONE, namespace('a')],
  ['source: { namespaces: [a] } }, { source: 5', namespace('a'), ALL],
  ['source: 5', NONE, ALL],
])('what cannot be read lets nobody in, and denies: %s', (from, allow, deny) => {
  expect(ruleOf(`{ from: [{ ${from} }] }`, 'ALLOW').from).toEqual(allow);
  expect(ruleOf(`{ from: [{ ${from} }] }`, 'DENY').from).toEqual(deny);
});

test.each([['{ when: [{ key: source.zone, values: [a] }] }'], ['{ when: 5 }'], ['5']])(
  'a rule of which nothing can be read lets nobody in, and denies all: %s',
  (rule) => {
    expect(ruleOf(rule, 'ALLOW').from).toEqual(NONE);
    expect(ruleOf(rule, 'DENY')).toEqual({ from: ALL, to: ALL });
  },
);

const ALIASES = meshConfig('{ trustDomain: new.example, trustDomainAliases: [old.example] }');
const under = (kind: string, ...values: readonly string[]) => {
  const all = values.map((value) => principal({ kind, value }));
  return all.length === 1 ? all[0] : { kind: 'any', of: all };
};

test.each([
  ['new.example/ns/a/sa/b', under('exact', 'new.example/ns/a/sa/b', 'old.example/ns/a/sa/b')],
  ['old.example/ns/a/sa/b', under('exact', 'new.example/ns/a/sa/b', 'old.example/ns/a/sa/b')],
  ['cluster.local/ns/a/*', under('prefix', 'new.example/ns/a/', 'old.example/ns/a/')],
  ['other.example/ns/a/sa/b', under('exact', 'other.example/ns/a/sa/b')],
  ['*/ns/a/sa/b', under('suffix', '/ns/a/sa/b')],
  ['*.example/ns/a/sa/b', under('suffix', '.example/ns/a/sa/b')],
  [
    '*old.example/ns/a/sa/b',
    {
      kind: 'any',
      of: [principal(exact('new.example/ns/a/sa/b')), principal({ kind: 'suffix', value: 'old.example/ns/a/sa/b' })],
    },
  ],
])('a principal is meant under every name of the trust domain: %s', (written, from) => {
  expect(ruleOf(`{ from: [{ source: { principals: ["${written}"] } }] }`, 'DENY', ALIASES).from).toEqual(from);
  expect(ruleOf(`{ when: [{ key: source.principal, values: ["${written}"] }] }`, 'DENY', ALIASES).from).toEqual(from);
});

test.each([
  ['"true"', 'ALLOW', true],
  ['"1"', 'DENY', true],
  ['"false"', 'DENY', false],
  ['maybe', 'DENY', false],
])('istio.io/dry-run: %s of %s is a dry run: %s', (said, action, dryRun) => {
  const { allow, deny } = inForce(
    world(policy('shop/a', `{ action: ${action}, rules: [{}] }`, `{ istio.io/dry-run: ${said} }`)),
  );
  expect([...allow, ...deny]).toMatchObject([{ dryRun }]);
});

test('a policy that cannot be used denies all that it may have selected, until it can', () => {
  const broken = '{ action: DENNY, selector: { matchLabels: { app: cart } }, rules: [{}] }';
  const it = world(policy('shop/a', broken));
  expect(inForce(it).deny).toMatchObject([{ rules: [{ from: ALL, to: ALL }] }]);
  expect(namesIn(inForce(it, sidecar('shop', { app: 'web' })))).toEqual({});
  it.put(policy('shop/a', '{ action: AUDIT, rules: [{}] }'));
  expect(namesIn(inForce(it))).toEqual({ audit: ['a'] });
});
