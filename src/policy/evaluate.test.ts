import { expect, test } from 'vitest';
import type { Authorization, Provider } from './authorization.ts';
import type { Call, HttpCall } from './call.ts';
import { GET, http, NOBODY, policy, rule, TCP } from './calls.fixture.ts';
import { ALWAYS, type Condition, NEVER } from './condition.ts';
import { evaluate } from './evaluate.ts';
import { sidecar, world } from './world.fixture.ts';

/** What the one rule, as a user writes it, answers when it lets in. */
function letsIn(rule: string, call: Call): boolean {
  const { policies } = world(`
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: a, namespace: shop }
spec: { rules: [${rule}] }`);
  return evaluate(policies.authorization(policies.authorizationOf(sidecar('shop'), 8080)), call).allowed;
}

test.each([
  ['principals: ["cluster.local/ns/web/sa/front"]', true],
  ['principals: ["cluster.local/ns/web/*"]', true],
  ['principals: ["*/sa/front"]', true],
  ['principals: ["*"]', true],
  ['principals: ["cluster.local/ns/web/sa/fron"]', false],
  ['notPrincipals: ["cluster.local/ns/web/sa/front"]', false],
  ['namespaces: [web]', true],
  ['namespaces: ["w*"]', true],
  ['namespaces: ["*b"]', true],
  ['namespaces: [we]', false],
  ['namespaces: [front]', false],
  ['serviceAccounts: [web/front]', true],
  ['serviceAccounts: [front]', false],
  ['ipBlocks: [10.0.0.0/24]', true],
  ['ipBlocks: [10.0.0.9]', true],
  ['ipBlocks: ["::/0"]', false],
  ['notIpBlocks: [10.0.0.0/24]', false],
])('source { %s }: %s', (source, allowed) => {
  expect(letsIn(`{ from: [{ source: { ${source} } }] }`, TCP)).toBe(allowed);
  expect(letsIn(`{ from: [{ source: { ${source} } }] }`, http())).toBe(allowed);
});

test.each(['principals: ["*"]', 'namespaces: ["*"]', 'serviceAccounts: [web/front]'])(
  'who comes without a certificate is nobody: { %s }',
  (source) => {
    expect(letsIn(`{ from: [{ source: { ${source} } }] }`, { ...TCP, principal: undefined })).toBe(false);
  },
);

const token = { iss: 'https://a.example/x', sub: 'eve/1', aud: ['cart', 'web'], realm: { roles: ['ops'] }, n: 1 };

test.each<[string, Partial<HttpCall>, boolean]>([
  ['hosts: [CART]', {}, true],
  ['hosts: [cart]', { host: 'Cart' }, true],
  ['hosts: [cart]', { host: 'cart:80' }, false],
  ['hosts: ["cart:*"]', { host: 'cart:80' }, true],
  ['hosts: ["*.a.com"]', { host: 'x.A.com' }, true],
  ['methods: [GET]', {}, true],
  ['methods: ["P*"]', { method: 'PATCH' }, true],
  ['notMethods: [GET]', {}, false],
  ['paths: [/a]', { path: '/a?b=/c' }, true],
  ['paths: [/a]', { path: '/a/' }, false],
  ['paths: ["/a*"]', { path: '/ab/c' }, true],
  ['paths: ["*.html"]', { path: '/a.html?x=y' }, true],
  ['paths: ["*"]', { path: '/' }, true],
  ['paths: ["/a/{*}"]', { path: '/a/b' }, true],
  ['paths: ["/a/{*}"]', { path: '/a/b/c' }, false],
  ['paths: ["/a/{*}"]', { path: '/a/' }, false],
  ['paths: ["/a/{*}/c"]', { path: '/a/b/c?d' }, true],
  ['paths: ["/a/{**}"]', { path: '/a/b/c/' }, true],
  ['paths: ["/a/{**}"]', { path: '/a/' }, true],
  ['paths: ["/a/{**}"]', { path: '/a' }, false],
  ['paths: ["/a.b/{*}"]', { path: '/aXb/c' }, false],
  ['ports: ["8080"]', {}, true],
  ['ports: ["80"]', {}, false],
])('operation { %s } of %j: %s', (operation, request, allowed) => {
  expect(letsIn(`{ to: [{ operation: { ${operation} } }] }`, http(request))).toBe(allowed);
});

test.each<[string, string, Partial<HttpCall>, boolean]>([
  ['request.headers[X-Env]', 'a*', { headers: { 'x-env': 'ab' } }, true],
  ['request.headers[x-env]', '*', {}, false],
  ['request.headers[host]', 'cart', {}, true],
  ['source.ip', '10.0.0.9', {}, true],
  ['remote.ip', '198.51.100.0/24', {}, true],
  ['remote.ip', '10.0.0.9', {}, false],
  ['source.namespace', 'web', {}, true],
  ['source.principal', '*/sa/front', {}, true],
  ['source.serviceAccount', 'web/front', {}, true],
  ['destination.ip', '10.0.0.1', {}, true],
  ['destination.port', '8080', {}, true],
  ['connection.sni', '*.svc.cluster.local', {}, true],
  ['request.auth.principal', 'https://a.example/x/eve/1', { claims: token }, true],
  ['request.auth.principal', 'https://a.example/*', { claims: token }, true],
  ['request.auth.principal', '*/1', { claims: token }, true],
  ['request.auth.principal', '*', { claims: token }, true],
  ['request.auth.principal', '*', { claims: { iss: 'a' } }, false],
  ['request.auth.principal', '*', {}, false],
  ['request.auth.audiences', 'web', { claims: token }, true],
  ['request.auth.audiences', 'we', { claims: token }, false],
  ['request.auth.presenter', '*', { claims: token }, false],
  ['request.auth.claims[realm][roles]', 'ops', { claims: token }, true],
  ['request.auth.claims[n]', '1', { claims: token }, false],
  ['request.auth.claims[constructor]', '*', { claims: token }, false],
])('when %s is %s, of %j: %s', (key, value, request, allowed) => {
  expect(letsIn(`{ when: [{ key: "${key}", values: ["${value}"] }] }`, http(request))).toBe(allowed);
  expect(letsIn(`{ when: [{ key: "${key}", notValues: ["${value}"] }] }`, http(request))).toBe(!allowed);
});

test.each([
  ['a', 'a', true],
  ['[a]', ['b', 'a'], true],
  ['[a]', 'a', false],
  ['a', ['a'], false],
])('metadata %s of %j: %s', (value, said, allowed) => {
  const call = { ...TCP, metadata: { 'envoy.filters.x': { k: said } } };
  expect(letsIn(`{ when: [{ key: "experimental.envoy.filters.x[k]", values: ["${value}"] }] }`, call)).toBe(allowed);
});

const ANY = policy([rule(ALWAYS)]);
const WEB: Condition = { kind: 'source-namespace', match: { kind: 'exact', value: 'web' } };
const UNKNOWN: Provider = { kind: 'unknown', name: 'opa' };

test.each<[string, Partial<Authorization>, Call, boolean, string]>([
  ['nothing', {}, TCP, true, 'no-policy'],
  ['a denial before an allowance', { deny: [ANY], allow: [ANY] }, TCP, false, 'denied'],
  ['an allowance', { deny: [policy([rule(NEVER)])], allow: [policy([rule(NEVER)]), ANY] }, TCP, true, 'allowed'],
  ['allowances of others', { allow: [policy([rule(NEVER)])] }, TCP, false, 'not-allowed'],
  ['an allowance without rules', { allow: [policy([])] }, TCP, false, 'not-allowed'],
  ['a denial without rules', { deny: [policy([])] }, TCP, true, 'no-policy'],
  ['a dry run', { deny: [policy([rule(ALWAYS)], true)], allow: [policy([], true)] }, TCP, true, 'no-policy'],
  ['nobody to ask', { custom: { provider: UNKNOWN, policies: [ANY] }, allow: [ANY] }, TCP, false, 'nobody-to-ask'],
  ['nobody to ask about others', { custom: { provider: UNKNOWN, policies: [policy([])] } }, TCP, true, 'no-policy'],
  ['an allowance of requests', { allow: [policy([rule(WEB, GET)])] }, TCP, false, 'not-allowed'],
  ['an allowance of no request', { allow: [policy([rule(WEB, { kind: 'not', of: GET })])] }, TCP, false, 'not-allowed'],
  ['a denial of requests', { deny: [policy([rule(WEB, GET)])] }, TCP, false, 'denied'],
  ['a denial of no request', { deny: [policy([rule(WEB, { kind: 'not', of: GET })])] }, TCP, false, 'denied'],
  ['a denial of requests of others', { deny: [policy([rule({ kind: 'not', of: WEB }, GET)])] }, TCP, true, 'no-policy'],
])('%s', (_, said, call, allowed, reason) => {
  expect(evaluate({ ...NOBODY, ...said }, call)).toMatchObject({ allowed, reason });
});

test('what decides is named: a rule, or the policy that let nobody in', () => {
  expect(evaluate({ ...NOBODY, deny: [ANY] }, TCP).by?.origin.path).toBe('spec.rules[0]');
  expect(evaluate({ ...NOBODY, allow: [policy([])] }, TCP).by?.origin.path).toBe('spec');
});

test('over HTTP a provider is asked about requests, and never about connections', () => {
  const provider = { kind: 'http', name: 'opa' } as Provider;
  const authorization = { ...NOBODY, custom: { provider, policies: [ANY] } };
  expect(evaluate(authorization, http())).toMatchObject({ allowed: true, notes: [{ kind: 'asked', provider: 'opa' }] });
  expect(evaluate(authorization, TCP)).toMatchObject({ allowed: false, reason: 'nobody-to-ask' });
});

test('dry runs and audits are noted', () => {
  const tried = policy([rule(ALWAYS)], true);
  const kinds = (said: Partial<Authorization>) => evaluate({ ...NOBODY, ...said }, TCP).notes.map(({ kind }) => kind);
  expect(kinds({ audit: [ANY], deny: [tried], allow: [tried] })).toEqual(['audited', 'would-deny', 'would-allow']);
  expect(kinds({ allow: [policy([], true), ANY] })).toEqual(['would-deny']);
});
