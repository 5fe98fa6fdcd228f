import { expect, test } from 'vitest';
import type { Subject } from './policies.ts';
import { sidecar, type World, world } from './world.fixture.ts';

const KEYS =
  '{"keys":[{"kty":"EC","crv":"P-256","x":"1GMNoFSZWnTZC3So7htxqa8XNdiOA6pYrMbeAdlVOq4","y":"MqBNuDX1FZe85mm-7Xi4ygfDbi2pzqOnwq85xyYL-0o"}]}';
const SMALL = '{"kty":"RSA","e":"AQAB","n":"xAE7eB6q"}';

function tokens(row: string, spec: string): string {
  const [namespace, name] = row.split('/');
  return `
---
apiVersion: security.istio.io/v1
kind: RequestAuthentication
metadata: { name: ${name}, namespace: ${namespace} }
spec: ${spec}`;
}

const rule = (fields: string) => tokens('shop/a', `{ jwtRules: [{ ${fields} }] }`);

function rulesFor({ policies }: World, subject: Subject = sidecar('shop', { app: 'cart' })) {
  return policies.tokenRules(policies.tokenRulesOf(subject));
}

test('every field of a rule is taken over', () => {
  const it = world(
    rule(`issuer: me, audiences: [cart], jwks: '${KEYS}', fromHeaders: [{ name: x-token, prefix: 'Token ' }, { name: y }],
      fromParams: [token], fromCookies: [session], outputPayloadToHeader: x-payload, forwardOriginalToken: true,
      outputClaimToHeaders: [{ header: x-user, claim: sub }], spaceDelimitedClaims: [roles], timeout: 5s`),
  );
  expect(rulesFor(it)).toEqual([
    {
      origin: { object: 'security.istio.io/RequestAuthentication/shop/a', path: 'spec.jwtRules[0]' },
      issuer: 'me',
      audiences: ['cart'],
      jwks: KEYS,
      fromHeaders: [
        { name: 'x-token', prefix: 'Token ' },
        { name: 'y', prefix: '' },
      ],
      fromParams: ['token'],
      fromCookies: ['session'],
      outputPayloadToHeader: 'x-payload',
      outputClaimToHeaders: [{ header: 'x-user', claim: 'sub' }],
      forwardOriginalToken: true,
      spaceDelimitedClaims: ['roles'],
    },
  ]);
  expect(it.told()).toEqual([]);
});

test('all policies that are about a workload hold together, of its namespace and of the root namespace', () => {
  const it = world(
    tokens('shop/a', `{ selector: { matchLabels: { app: cart } }, jwtRules: [{ issuer: a, jwks: '${KEYS}' }] }`) +
      tokens('shop/b', `{ selector: { matchLabels: { app: web } }, jwtRules: [{ issuer: b, jwks: '${KEYS}' }] }`) +
      tokens('shop/c', `{ jwtRules: [{ issuer: c, jwks: '${KEYS}' }] }`) +
      tokens(
        'istio-system/d',
        `{ selector: { matchLabels: { app: cart } }, jwtRules: [{ issuer: d, jwks: '${KEYS}' }] }`,
      ) +
      tokens('other/e', `{ jwtRules: [{ issuer: e, jwks: '${KEYS}' }] }`),
  );
  expect(rulesFor(it).map(({ issuer }) => issuer)).toEqual(['d', 'a', 'c']);
  expect(it.policies.selectorKeys()).toEqual(['app']);
});

test('workloads about which nobody says anything, or nothing with a rule in it, have no rules', () => {
  const it = world(tokens('shop/a', '{}') + tokens('shop/b', '{ jwtRules: [] }'));
  expect(it.policies.tokenRulesOf(sidecar('shop'))).toBe('');
  expect(it.policies.tokenRules('')).toEqual([]);
});

test('a Gateway is known by its label, in its own namespace only, and no sidecar is one', () => {
  const target = '{ group: gateway.networking.k8s.io, kind: Gateway, name: public }';
  const it = world(tokens('shop/a', `{ targetRefs: [${target}], jwtRules: [{ issuer: a, jwks: '${KEYS}' }] }`));
  const labels = { 'gateway.networking.k8s.io/gateway-name': 'public' };
  expect(rulesFor(it, { role: 'router', namespace: 'shop', labels })).toHaveLength(1);
  expect(rulesFor(it, { role: 'router', namespace: 'infra', labels })).toEqual([]);
  expect(rulesFor(it, { role: 'router', namespace: 'shop', labels: {} })).toEqual([]);
  expect(rulesFor(it, { role: 'sidecar', namespace: 'shop', labels })).toEqual([]);
  expect(it.policies.selectorKeys()).toEqual(['gateway.networking.k8s.io/gateway-name']);
});

test.each([
  [
    '{ kind: Service, name: x }',
    'error spec.targetRef.kind: Service is a target for waypoints, which this version of pharos does not serve: it applies to nobody',
  ],
  ['{ kind: Pod, name: x }', 'error spec.targetRef.kind: Pod is no target of a policy: it applies to nobody'],
  [
    '{ group: gateway.networking.k8s.io, kind: Gateway, name: x, namespace: infra }',
    "error spec.targetRef.namespace: must be the policy's own namespace, not infra: it applies to nobody",
  ],
])('the target %s is told', (target, problem) => {
  expect(world(tokens('shop/a', `{ targetRef: ${target} }`)).told()).toEqual([problem]);
});

test.each([
  ['shop/a', ', namespace: infra'],
  ['istio-system/a', ''],
  ['istio-system/a', ', namespace: shop'],
])('a policy %s for a Gateway%s is not about one of another namespace', (row, namespace) => {
  const target = `{ group: gateway.networking.k8s.io, kind: Gateway, name: public${namespace} }`;
  const it = world(tokens(row, `{ targetRef: ${target}, jwtRules: [{ issuer: a, jwks: '${KEYS}' }] }`));
  const labels = { 'gateway.networking.k8s.io/gateway-name': 'public' };
  expect(rulesFor(it, { role: 'router', namespace: 'shop', labels })).toEqual([]);
});

test('a selector beside a target costs the policy', () => {
  const target = '{ group: gateway.networking.k8s.io, kind: Gateway, name: public }';
  const it = world(tokens('shop/a', `{ selector: { matchLabels: { app: web } }, targetRef: ${target}, jwtRules: [] }`));
  expect(it.told()[0]).toBe('error spec.targetRef: must not stand beside selector');
  expect(rulesFor(it)).toEqual([]);
  expect(rulesFor(it, sidecar('shop', { app: 'web' }))).toMatchObject([{ jwks: '{"keys":[]}' }]);
});

test('keys elsewhere are wanted by their URI; those of an issuer that says nothing by its own description', () => {
  const it = world(
    tokens('shop/b', `{ jwtRules: [{ issuer: 'https://b.example/' }, { issuer: me, jwks: '${KEYS}' }] }`) +
      tokens(
        'shop/a',
        '{ jwtRules: [{ issuer: a, jwksUri: "https://a.example/keys" }, { jwks_uri: "http://c.example" }] }',
      ),
  );
  expect(it.policies.wantedKeySets()).toEqual([
    'http://c.example',
    'https://a.example/keys',
    'https://b.example/.well-known/openid-configuration',
  ]);
});

test('keys that were not fetched verify nothing; when they are there they do', () => {
  const it = world(rule('issuer: a, jwksUri: "https://a.example/keys"'));
  expect(rulesFor(it)[0]?.jwks).toBe('{"keys":[]}');
  expect(it.told()).toEqual([
    'notice spec.jwtRules[0].jwksUri: the keys at https://a.example/keys have not been fetched; until then tokens of this issuer are refused',
  ]);
  it.keySets.set('https://a.example/keys', { jwks: undefined, failure: 'status 503' });
  expect(rulesFor(it)[0]?.jwks).toBe('{"keys":[]}');
  expect(it.told()).toEqual([
    'error spec.jwtRules[0].jwksUri: the keys at https://a.example/keys cannot be fetched (status 503); tokens of this issuer are refused',
  ]);
  it.keySets.set('https://a.example/keys', { jwks: KEYS, failure: 'status 503' });
  expect(rulesFor(it)[0]?.jwks).toBe(KEYS);
  expect(it.told()).toEqual([
    'warning spec.jwtRules[0].jwksUri: the keys at https://a.example/keys cannot be fetched (status 503); those of the last time are in use',
  ]);
  it.keySets.set('https://a.example/keys', { jwks: KEYS, failure: undefined });
  expect(it.told()).toEqual([]);
});

test('what was fetched and is no key set verifies nothing', () => {
  const it = world(rule('issuer: a, jwksUri: "https://a.example/keys"'));
  it.keySets.set('https://a.example/keys', { jwks: '<html>', failure: undefined });
  expect(rulesFor(it)[0]?.jwks).toBe('{"keys":[]}');
  expect(it.told()[0]).toMatch(/^error spec.jwtRules\[0\].jwksUri: what is at .* must be a JSON Web Key Set/);
});

test.each([
  ['a key set that is no JSON', 'issuer: a, jwks: "nonsense"'],
  ['a key set without a list of keys', `issuer: a, jwks: '{"keys":{}}'`],
  ['a key without a type', `issuer: a, jwks: '{"keys":[{"n":"x"}]}'`],
  ['a shared secret', `issuer: a, jwks: '{"keys":[{"kty":"oct","k":"c2VjcmV0"}]}'`],
  ['a private key', `issuer: a, jwks: '{"keys":[{"kty":"RSA","n":"x","e":"y","d":"c2VjcmV0"}]}'`],
  ['two sources of keys', `issuer: a, jwks: '${KEYS}', jwksUri: "https://a.example"`],
  ['a URI that is none', 'issuer: a, jwksUri: "a.example/keys"'],
  ['a URI with a password', 'issuer: a, jwksUri: "https://me:c2VjcmV0@a.example/keys"'],
  ['audiences that are no texts', `issuer: a, audiences: [1], jwks: '${KEYS}'`],
  ['mistyped audiences', `issuer: a, audience: [cart], jwks: '${KEYS}'`],
  ['an issuer that is no text', `issuer: 1, jwks: '${KEYS}'`],
  ['an unknown field', `issuer: a, jwks: '${KEYS}', subject: me`],
])('a rule with %s stays and verifies nothing, and is told without showing keys', (_, fields) => {
  const it = world(rule(`${fields}, fromHeaders: [{ name: x-token }]`));
  expect(rulesFor(it)).toMatchObject([{ jwks: '{"keys":[]}', fromHeaders: [{ name: 'x-token' }] }]);
  expect(it.told()).toHaveLength(1);
  expect(it.told()[0]).toMatch(/^error spec.jwtRules\[0\]/);
  expect(it.told()[0]).not.toContain('xAE7eB6q');
});

test.each([
  ['fromHeaders: [{ name: "a b" }, { name: good }]', { fromHeaders: [{ name: 'good' }] }],
  ['fromHeaders: [{ name: x, prefix: 1 }]', { fromHeaders: [{ name: 'x', prefix: '' }] }],
  ['outputPayloadToHeader: "a b"', { outputPayloadToHeader: undefined }],
  ['outputClaimToHeaders: [{ header: x }, { header: y, claim: z }]', { outputClaimToHeaders: [{ header: 'y' }] }],
  ['forwardOriginalToken: "yes"', { forwardOriginalToken: false }],
  ['timeout: soon', { jwks: KEYS }],
  ['forwardOrginalToken: true', { forwardOriginalToken: false }],
])('a mistake in %s costs only that', (fields, left) => {
  const it = world(rule(`issuer: a, jwks: '${KEYS}', ${fields}`));
  expect(rulesFor(it)).toMatchObject([{ jwks: KEYS, ...left }]);
  expect(it.told()).toHaveLength(1);
});

test('a policy that cannot be read takes no tokens where it may have been meant', () => {
  const it = world(
    tokens('shop/a', `{ selector: { matchLabels: { app: 1 } }, jwtRules: [{ issuer: a, jwks: '${KEYS}' }] }`),
  );
  expect(rulesFor(it)).toMatchObject([{ issuer: '', jwks: '{"keys":[]}' }]);
  expect(rulesFor(it, sidecar('web'))).toEqual([]);
});

test('an issuer with two rules, and one whose keys are nowhere, are told', () => {
  const it = world(
    rule(`issuer: a, jwks: '${KEYS}' }, { issuer: a, jwks: '${KEYS}' }, { issuer: nowhere`) +
      tokens('shop/b', `{ selector: { matchLabels: { app: cart } }, jwtRules: [{ issuer: a, jwks: '${KEYS}' }] }`),
  );
  expect(it.told()).toEqual([
    'warning spec.jwtRules[1].issuer: "a" has a rule already (an earlier rule): a token that either accepts is accepted',
    'error spec.jwtRules[2].issuer: nobody knows where the keys of "nowhere" are, so its tokens are refused',
    'warning spec.jwtRules[0].issuer: "a" has a rule already (RequestAuthentication shop/a): a token that either accepts is accepted',
  ]);
});

test('a key that Envoy cannot verify with is told by its place: a warning beside good ones, else an error', () => {
  const it = world(
    tokens('shop/a', `{ jwtRules: [{ issuer: a, jwks: '${KEYS.replace('[', `[${SMALL},`)}' }] }`) +
      tokens('shop/b', `{ jwtRules: [{ issuer: b, jwks: '{"keys":[${SMALL}]}' }] }`),
  );
  expect(it.told()).toEqual([
    'warning spec.jwtRules[0].jwks: Envoy cannot verify a token with key 1 of 2',
    'error spec.jwtRules[0].jwks: Envoy cannot verify a token with key 1 of 1; tokens of this issuer are refused',
  ]);
});
