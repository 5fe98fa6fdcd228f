import { expect, test } from 'vitest';
import { parseObject } from '../registry.ts';
import { UNREADABLE } from './unreadable.ts';

const X = UNREADABLE;

function parse(spec: unknown, annotations = {}) {
  const metadata = { name: 'a', namespace: 'shop', annotations };
  const parsed = parseObject({ apiVersion: 'security.istio.io/v1', kind: 'AuthorizationPolicy', metadata, spec });
  const { value, standIn, problems } = parsed as typeof parsed & {
    value?: { spec: unknown };
    standIn?: { spec: unknown };
  };
  return {
    spec: value?.spec,
    standIn: standIn?.spec,
    told: problems.map(({ severity, path, message }) => `${severity} ${path}: ${message}`),
  };
}

const source = (written: unknown, more = {}) => ({ rules: [{ from: [{ source: written }], ...more }] });
const operation = (written: unknown) => ({ rules: [{ to: [{ operation: written }] }] });
const when = (...conditions: readonly unknown[]) => ({ rules: [{ when: conditions }] });

test.each([
  ['a value', source({ principals: ['a/ns/b/sa/c', 5] }), source({ principals: ['a/ns/b/sa/c', X] })],
  ['a value that excepts', source({ notNamespaces: ['a', 'b/c'] }), source({ notNamespaces: ['a', X] })],
  ['a list', source({ namespaces: 'a', ipBlocks: ['::1'] }), source({ namespaces: [X], ipBlocks: ['::1'] })],
  ['a mistyped list', source({ principels: ['a'], namespaces: ['b'] }), source({ principals: [X], namespaces: ['b'] })],
  ['an unknown field', source({ namespaces: ['a'], zone: ['b'] }), source({ namespaces: ['a'], notPrincipals: [X] })],
  ['an empty source', source({}), source({ notPrincipals: [X] })],
  ['empty lists', source({ principals: [] }), source({ principals: [], notPrincipals: [X] })],
  ['a source that is none', source('web'), source({ notPrincipals: [X] })],
  ['no source', { rules: [{ from: [{}] }] }, source({ notPrincipals: [X] })],
  ['from that is no list', { rules: [{ from: {} }] }, source({ notPrincipals: [X] })],
  ['from without anybody', { rules: [{ from: [] }] }, source({ notPrincipals: [X] })],
  ['an address', source({ ipBlocks: ['10.0.0.0/33', '10.0.0.1'] }), source({ ipBlocks: [X, '10.0.0.1'] })],
  ['spiffe://', source({ principals: ['spiffe://a/ns/b/sa/c'] }), source({ principals: [X] })],
  ['an account', source({ serviceAccounts: ['a/b/c', 'a/*', 'b'] }), source({ serviceAccounts: [X, X, 'b'] })],
  ['a port', operation({ ports: [80, '80', 'http'] }), operation({ ports: [X, '80', X] })],
  ['a method in lower case', operation({ methods: ['get', 'custom'] }), operation({ methods: [X, 'custom'] })],
  ['a path with a query', operation({ paths: ['/a?b=c', 'a', '/b'] }), operation({ paths: [X, X, '/b'] })],
  ['an unknown operation', operation({ path: ['/a'] }), operation({ paths: [X] })],
  ['to that is no list', { rules: [{ to: 5 }] }, operation({ notPorts: [X] })],
  ['a key', when({ key: 'source.zone', values: ['a'] }), when({ key: X, values: [X] })],
  ['a condition without values', when({ key: 'source.ip' }), when({ key: X, values: [X] })],
  [
    'a value of a condition',
    when({ key: 'source.ip', values: ['a', '10.0.0.1'], notValues: ['b'] }),
    when({ key: 'source.ip', values: [X, '10.0.0.1'], notValues: [X] }),
  ],
  ['when that is no list', { rules: [{ when: {} }] }, when({ key: X, values: [X] })],
  ['an unknown field of a rule', { rules: [{ with: [] }] }, when({ key: X, values: [X] })],
  ['a rule', { rules: [{}, 'a'] }, { rules: [{}, { when: [{ key: X, values: [X] }] }] }],
  ['rules that are no list', { action: 'DENY', rules: {} }, { action: 'DENY', ...when({ key: X, values: [X] }) }],
  ['rules of nothing', { rules: null }, when({ key: X, values: [X] })],
  ['nobody to ask', { action: 'CUSTOM', rules: [{}] }, { action: 'CUSTOM', provider: { name: X }, rules: [{}] }],
  [
    'a provider',
    { action: 'CUSTOM', provider: {}, rules: [{}] },
    { action: 'CUSTOM', provider: { name: X }, rules: [{}] },
  ],
])('a mistake is marked where it stands, and the rest stays: %s', (_, written, left) => {
  const { spec, told } = parse(written);
  expect(spec).toEqual(left);
  expect(told.some((line) => line.startsWith('error'))).toBe(true);
  expect(told.filter((line) => line.endsWith('cannot be read') || line.includes('nobody can be asked'))).toHaveLength(
    1,
  );
});

const DENY_ALL = { action: 'DENY', rules: [{}] };

test.each([
  [
    'a selector',
    { selector: { matchLabels: { app: 1, v: 'a' } } },
    { action: 'ALLOW', selector: { matchLabels: { v: 'a' } } },
  ],
  [
    'an action',
    { action: 'ALOW', selector: { matchLabels: { v: 'a' } } },
    { ...DENY_ALL, selector: { matchLabels: { v: 'a' } } },
  ],
  ['a mistyped action', { acton: 'DENY', rules: [{}] }, DENY_ALL],
  ['a mistyped selector', { selecter: {}, action: 'DENY' }, DENY_ALL],
  ['an unknown field', { zone: 'a', action: 'ALLOW' }, { action: 'ALLOW' }],
  ['a target', { targetRefs: [{ kind: 'Gateway' }], action: 'AUDIT' }, { action: 'AUDIT', rules: [{}] }],
  ['two scopes', { selector: {}, targetRefs: [{ kind: 'a', name: 'b' }] }, { action: 'ALLOW' }],
  ['a provider beside ALLOW', { provider: { name: 'a' }, rules: [{}] }, { action: 'ALLOW' }],
  ['no map', 'ALLOW', DENY_ALL],
])('where nobody can tell whom it closes or how, it closes all that it may have closed: %s', (_, spec, standIn) => {
  expect(parse(spec)).toMatchObject({ spec: undefined, standIn });
});

test('a policy that says nothing lets nobody in', () => {
  expect(parse({})).toMatchObject({ spec: {}, told: [] });
  expect(parse(undefined)).toMatchObject({ spec: undefined, standIn: undefined, told: [] });
});

test.each(['/users/{*}', '/users/{*}/carts/{**}', '/{**}/', '/a/{*}/b'])('%s is a template', (path) => {
  expect(parse(operation({ paths: [path] })).told).toEqual([]);
});

test.each([
  ['/a{*}', 'must have { and } only in {*} and {**}, each a whole segment'],
  ['/{id}', 'must have { and } only in {*} and {**}, each a whole segment'],
  ['/{**}/a/{*}', 'must have nothing in braces after {**}'],
  ['/{*}/a*', 'must have plain segments beside {*} and {**}'],
  ['*/{*}', 'must begin with /, as a template'],
])('%s is no template: %s', (path, message) => {
  expect(parse(operation({ paths: [path] })).told[0]).toContain(message);
});

test.each([
  ['request.headers[x-a]', 'a'],
  ['request.auth.claims[a][b]', 'c'],
  ['experimental.envoy.filters.http.x[a]', '[b]'],
  ['connection.sni', '*.a'],
  ['destination.port', '80'],
])('%s is a key', (key, value) => {
  expect(parse(when({ key, values: [value] })).told).toEqual([]);
});

test.each([
  ['request.header[x-a]', 'did you mean request.headers[NAME]?'],
  ['destination.labels[app]', 'known keys: source.ip'],
  ['request.headers[]', 'did you mean request.headers[NAME]?'],
])('%s is no key', (key, hint) => {
  const { problems } = parseObject({
    apiVersion: 'security.istio.io/v1',
    kind: 'AuthorizationPolicy',
    metadata: { name: 'a' },
    spec: when({ key, values: ['a'] }),
  });
  expect(problems.slice(0, 1)).toMatchObject([
    { code: 'unknown-key', path: 'spec.rules[0].when[0].key', hint: expect.stringContaining(hint) },
  ]);
});

test.each([
  [{ action: 'DENY' }, 'warning spec.action: DENY without rules matches nothing'],
  [
    source({ principals: ['cart'] }),
    'warning spec.rules[0].from[0].source.principals[0]: no workload of a mesh is called "cart"',
  ],
  [source({ namespaces: ['a*b'] }), 'namespaces[0]: a * in the middle of "a*b" stands for itself only'],
  [operation({ paths: ['/a/*/b'] }), 'paths[0]: a * in the middle of "/a/*/b" stands for itself only'],
  [source({ namespaces: ['a'], principals: [] }), 'principals: is empty, and says nothing'],
  [
    source({ namespaces: ['a'], serviceAccounts: ['a'] }),
    'serviceAccounts: stands beside namespaces, which Istio refuses',
  ],
  [
    { action: 'DENY', ...operation({ hosts: ['a.com', 'b.com', 'b.com:*'] }) },
    'hosts[0]: is compared with the whole Host header',
  ],
])('what is probably not as meant is told: %j', (spec, message) => {
  const { told, spec: left } = parse(spec);
  expect(told).toEqual([expect.stringContaining(message)]);
  expect(left).toEqual(spec);
});

test.each([
  ['maybe', 'ALLOW', 'must be true or false, not "maybe": the policy is enforced'],
  ['true', 'AUDIT', 'is for ALLOW and DENY only: this policy, AUDIT, is in force'],
])('a dry run that is none is told: %s of %s', (said, action, message) => {
  const { told } = parse({ action, rules: [{}] }, { 'istio.io/dry-run': said });
  expect(told).toEqual([`warning metadata.annotations["istio.io/dry-run"]: ${message}`]);
});
