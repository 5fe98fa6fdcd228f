import { expect, test } from 'vitest';
import { parseObject } from '../registry.ts';

function parse(kind: string, version: string, spec: object) {
  const { value, problems, standIn } = parseObject({
    apiVersion: `policy.linkerd.io/${version}`,
    kind,
    metadata: { name: 'x', namespace: 'shop' },
    spec,
  } as never);
  const specOf = (object: unknown) => (object as { spec?: object } | undefined)?.spec;
  const told = problems.map(({ severity, path, message }) => `${severity} ${path} ${message}`);
  return { spec: specOf(value), standIn: specOf(standIn), told };
}

const server = (spec: object) => parse('Server', 'v1beta3', spec);
const client = (of: object) => parse('ServerAuthorization', 'v1beta1', { server: { name: 'a' }, client: of });

test('all versions of a Server are read', () => {
  for (const version of ['v1beta3', 'v1beta2', 'v1beta1', 'v1alpha1']) {
    expect(parse('Server', version, { podSelector: {}, port: 80 }).spec).toEqual({ podSelector: {}, port: 80 });
  }
});

test.each([
  ['no port', { podSelector: {} }, { podSelector: { matchLabels: {} }, port: '*' }],
  ['a port that is none', { podSelector: {}, port: 0 }, { podSelector: { matchLabels: {} }, port: '*' }],
  ['a port number in quotes', { podSelector: {}, port: '80' }, { podSelector: { matchLabels: {} }, port: '*' }],
  [
    'a label that is no text',
    { podSelector: { matchLabels: { app: 'cart', v: 1 } }, port: 80 },
    { podSelector: { matchLabels: { app: 'cart' } }, port: 80 },
  ],
  [
    'an operator that nobody knows',
    { podSelector: { matchExpressions: [{ key: 'a', operator: 'Is' }] }, port: 'http' },
    { podSelector: { matchLabels: {} }, port: 'http' },
  ],
  [
    'values where there must be none',
    { podSelector: { matchExpressions: [{ key: 'a', operator: 'Exists', values: ['b'] }] }, port: 80 },
    { podSelector: { matchLabels: {} }, port: 80 },
  ],
  [
    'two selectors',
    { podSelector: {}, externalWorkloadSelector: {}, port: 80 },
    { podSelector: { matchLabels: {} }, port: 80 },
  ],
])('a Server with %s is lost, and one that closes more stands in for it', (_, spec, standIn) => {
  const parsed = server(spec);
  expect(parsed.spec).toBeUndefined();
  expect(parsed.standIn).toEqual(standIn);
  expect(parsed.told.at(-1)).toMatch(/^warning {2}is not usable: .* what it may have selected denies all calls$/);
});

test.each([
  ['accessPolicy', { accessPolicy: 'open' }],
  ['proxyProtocol', { proxyProtocol: 'HTTP' }],
])('a bad %s costs only that', (_, field) => {
  expect(server({ podSelector: {}, port: 80, ...field }).spec).toEqual({ podSelector: {}, port: 80 });
});

test.each([
  ['unauthenticated', { unauthenticated: 'yes' }, undefined],
  ['networks', { networks: {}, unauthenticated: true }, undefined],
  ['network', { networks: [{ cidr: 'a' }, { cidr: '10.0.0.1' }] }, { networks: [{ cidr: '10.0.0.1' }] }],
  ['only network', { networks: [{ cidr: 'a' }] }, { networks: [] }],
  ['exception', { networks: [{ cidr: '10.0.0.0/8', except: ['a'] }] }, { networks: [] }],
  ['identity', { meshTLS: { identities: ['A b', '*'] } }, { meshTLS: { identities: ['*'] } }],
  ['account', { meshTLS: { serviceAccounts: [{ name: 'a', namespace: 1 }] } }, { meshTLS: { serviceAccounts: [] } }],
  ['unknown field', { meshTLS: { identity: '*' } }, undefined],
])('a bad %s of a ServerAuthorization lets in nobody that was not meant', (_, of, left) => {
  const { spec, standIn, told } = client(of);
  expect(spec).toEqual(left && { server: { name: 'a' }, client: left });
  expect(standIn).toBeUndefined();
  expect(told).toHaveLength(1);
});

test.each([
  ['AuthorizationPolicy', { targetRef: { kind: 'Server', name: 'a' }, requiredAuthenticationRefs: [{ kind: 'A' }] }],
  ['AuthorizationPolicy', { targetRef: { kind: 'Server', name: 'a' } }],
  ['MeshTLSAuthentication', {}],
  ['MeshTLSAuthentication', { identities: ['*'], identityRefs: [] }],
  ['NetworkAuthentication', { networks: 'all' }],
])('a %s that is not whole is lost: %j', (kind, spec) => {
  expect(parse(kind, 'v1alpha1', spec)).toMatchObject({ spec: undefined, standIn: undefined });
});
