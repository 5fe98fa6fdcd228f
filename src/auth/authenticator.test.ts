import { createHmac, createPublicKey } from 'node:crypto';
import fc from 'fast-check';
import { exportSPKI, SignJWT } from 'jose';
import { expect, test } from 'vitest';
import { type Caller, createAuthenticator, IssuerError, trustIssuer, Unauthenticated } from './index.ts';
import { type Claims, NOW, rawToken, type TestIssuer, testIssuer } from './tokens.fixture.ts';

const cluster = await testIssuer('https://kubernetes.default.svc');
const corporate = await testIssuer('https://id.example', 'RS256');
const nobody = await testIssuer(cluster.name);

const authenticator = createAuthenticator({
  trustDomain: 'cluster.local',
  issuers: [
    await trustIssuer({ issuer: cluster.name, jwks: cluster.jwks }),
    await trustIssuer({ issuer: corporate.name, jwks: corporate.jwks, audiences: ['mesh', 'pharos'] }),
  ],
  clock: () => NOW * 1000,
});

/** The reason of a refusal; a token that is accepted has none. */
async function refusal(token: string): Promise<string | undefined> {
  try {
    await authenticator.authenticateToken(token);
    return undefined;
  } catch (error) {
    if (!(error instanceof Unauthenticated)) throw error;
    return error.message;
  }
}

test('a token is its service account, in our trust domain', async () => {
  expect(await authenticator.authenticateToken(await cluster.token())).toEqual<Caller>({
    identity: { trustDomain: 'cluster.local', namespace: 'shop', serviceAccount: 'cart' },
    via: 'token',
    pod: undefined,
    podUid: undefined,
    node: undefined,
    expiresAtMs: (NOW + 600) * 1000,
  });
});

test('the Pod and the node that a token is bound to are told', async () => {
  const bound = {
    namespace: 'shop',
    serviceaccount: { name: 'cart', uid: '1' },
    pod: { name: 'cart-7d4b', uid: '1f0c' },
    node: { name: 'worker-1.example', uid: '2' },
  };
  expect(await authenticator.authenticateToken(await cluster.token({ 'kubernetes.io': bound }))).toMatchObject({
    pod: 'cart-7d4b',
    podUid: '1f0c',
    node: 'worker-1.example',
  });
});

test('a trust domain in a token changes nothing', async () => {
  const token = await cluster.token({ trustDomain: 'evil.example', trust_domain: 'evil.example' });
  expect((await authenticator.authenticateToken(token)).identity.trustDomain).toBe('cluster.local');
});

test.each(['RS256', 'RS512', 'PS256', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'])('%s is accepted', async (alg) => {
  const issuer = await testIssuer('https://one.example', alg);
  const { authenticateToken } = createAuthenticator({
    trustDomain: 'cluster.local',
    issuers: [await trustIssuer({ issuer: issuer.name, jwks: issuer.jwks })],
    clock: () => NOW * 1000,
  });
  expect((await authenticateToken(await issuer.token())).identity.serviceAccount).toBe('cart');
});

test('clocks may differ by half a minute', async () => {
  expect(await refusal(await cluster.token({ exp: NOW - 29 }))).toBeUndefined();
  expect(await refusal(await cluster.token({ nbf: NOW + 29 }))).toBeUndefined();
});

const good = { iss: cluster.name, aud: 'istio-ca', sub: 'system:serviceaccount:shop:cart', exp: NOW + 600 };
const withClaims = (claims: Claims) => () => cluster.token(claims);
const bound = (claims: object) => withClaims({ 'kubernetes.io': claims });

/** Made with what the issuer publishes, by somebody who has no private key. */
async function signedWithPublicKey({ jwk, token }: TestIssuer): Promise<string> {
  const [, payload] = (await token()).split('.');
  const header = Buffer.from(JSON.stringify({ alg: 'HS256', kid: jwk.kid })).toString('base64url');
  const secret = await exportSPKI(createPublicKey({ key: jwk, format: 'jwk' }));
  return `${header}.${payload}.${createHmac('sha256', secret).update(`${header}.${payload}`).digest('base64url')}`;
}

const NOT_ACCEPTED = 'signed in a way that is not accepted';
const FORGED: Readonly<Record<string, readonly [() => string | Promise<string>, string]>> = {
  'an empty text': [() => '', 'not a signed JSON Web Token'],
  'a text that is no token': [() => 'let me in', 'not a signed JSON Web Token'],
  'a token of a megabyte': [() => rawToken({ alg: 'ES256' }, { ...good, pad: 'x'.repeat(1e6) }), 'more than 16384'],
  'one without signature, alg none': [() => rawToken({ alg: 'none' }, good, ''), NOT_ACCEPTED],
  'one with alg None': [() => rawToken({ alg: 'None' }, good, ''), NOT_ACCEPTED],
  'one signed with a public key as a shared secret': [() => signedWithPublicKey(corporate), NOT_ACCEPTED],
  'one that is encrypted': [() => 'e30.e30.e30.e30.e30', 'not a signed JSON Web Token'],
  'one whose issuer is unknown': [withClaims({ iss: 'https://evil.example' }), 'not believed'],
  'one without issuer': [() => rawToken({ alg: 'ES256' }, { ...good, iss: undefined }), 'who issued it'],
  'one of another key with the same id': [() => nobody.token(), 'does not verify'],
  'one of an unknown key': [() => nobody.token({}, { kid: 'two' }), 'a key that its issuer does not have'],
  'one that brings its own key': [() => nobody.token({}, { jwk: nobody.jwk, kid: undefined }), 'does not verify'],
  'one that says where its key is': [
    () => nobody.token({}, { jku: 'https://evil.example/keys', kid: 'evil' }),
    'a key that its issuer does not have',
  ],
  'one issuer in the name of another': [
    () => new SignJWT(good).setProtectedHeader({ alg: 'RS256', kid: 'one' }).sign(corporate.privateKey),
    'a key that its issuer does not have',
  ],
  'one that was changed': [
    async () =>
      (await cluster.token()).replace(/\.[^.]+\./, `.${rawToken({}, { ...good, exp: NOW + 9999 }).split('.')[1]}.`),
    'does not verify',
  ],
  'one with an extension that nobody knows': [
    () => rawToken({ alg: 'ES256', kid: 'one', crit: ['x'], x: 1 }, good),
    'malformed',
  ],
  'one for another audience': [withClaims({ aud: 'vault' }), 'its audience must be istio-ca'],
  'one for no audience': [withClaims({ aud: undefined }), 'its audience must be istio-ca'],
  'one with the audience of another issuer': [withClaims({ aud: ['mesh', 'pharos'] }), 'its audience must be istio-ca'],
  'one that has expired': [withClaims({ exp: NOW - 31 }), 'has expired'],
  'one that never expires': [withClaims({ exp: undefined }), '"exp" is missing'],
  'one with a text as its end': [withClaims({ exp: 'tomorrow' as never }), '"exp" is missing or not'],
  'one that is not in force yet': [withClaims({ nbf: NOW + 31 }), 'not in force yet'],
  'one of a user': [withClaims({ sub: 'alice' }), 'names no service account'],
  'one without a subject': [withClaims({ sub: undefined }), '"sub" is missing'],
  'one of a node': [withClaims({ sub: 'system:node:worker-1' }), 'names no service account'],
  'one with a slash in its namespace': [
    withClaims({ sub: 'system:serviceaccount:a/sa/b:cart' }),
    'names no service account',
  ],
  'one with capital letters': [withClaims({ sub: 'system:serviceaccount:Shop:cart' }), 'names no service account'],
  'one with a colon too many': [withClaims({ sub: 'system:serviceaccount:shop:cart:x' }), 'names no service account'],
  'one with a line break': [withClaims({ sub: 'system:serviceaccount:shop:cart\n' }), 'names no service account'],
  'one with a namespace of 64 letters': [
    withClaims({ sub: `system:serviceaccount:${'n'.repeat(64)}:a` }),
    'names no service',
  ],
  'one that says two namespaces': [bound({ namespace: 'bank' }), 'names two service accounts'],
  'one that says two accounts': [bound({ serviceaccount: { name: 'admin' } }), 'names two service accounts'],
  'one bound to a list': [bound([]), '"kubernetes.io" must be an object'],
  'one bound to a Pod with a name like a path': [bound({ pod: { name: '../x' } }), 'none in Kubernetes'],
  'one bound to a node without a text for its name': [bound({ node: { name: 1 } }), 'none in Kubernetes'],
};

test.each(Object.entries(FORGED))('refused: %s', async (_, [make, reason]) => {
  const token = await make();
  const said = await refusal(token);
  expect(said).toContain(reason);
  if (token.length > 8) for (const part of token.split('.')) if (part.length > 8) expect(said).not.toContain(part);
});

test('an end after the last day of any calendar is the last day', async () => {
  const { expiresAtMs } = await authenticator.authenticateToken(await cluster.token({ exp: 1e300 }));
  expect(new Date(expiresAtMs!).getTime()).toBe(8.64e15);
});

test('of several keys without names, none is guessed', async () => {
  const [one, two] = [await testIssuer('https://two.example'), await testIssuer('https://two.example')];
  const keys = [one, two].map(({ jwk: { kid, ...jwk } }) => jwk);
  const { authenticateToken } = createAuthenticator({
    trustDomain: 'cluster.local',
    issuers: [await trustIssuer({ issuer: one.name, jwks: JSON.stringify({ keys }) })],
    clock: () => NOW * 1000,
  });
  await expect(authenticateToken(await one.token({}, { kid: undefined }))).rejects.toThrow('does not say with which');
});

test('an issuer cannot be there twice: it would be left to chance whose keys count', async () => {
  const issuers = [cluster, nobody].map(({ name, jwks }) => trustIssuer({ issuer: name, jwks }));
  const options = { trustDomain: 'cluster.local', issuers: await Promise.all(issuers), clock: () => 0 };
  expect(() => createAuthenticator(options)).toThrow(IssuerError);
});

test('a thousand texts that are nearly tokens are refused, and nothing breaks', async () => {
  const token = await cluster.token();
  const [header, payload, signature] = token.split('.') as [string, string, string];
  const json = fc.oneof(
    fc.json(),
    fc
      .record({ alg: fc.constantFrom('ES256', 'none', 'HS256', 1, null), kid: fc.anything(), crit: fc.anything() })
      .map(asJson),
    fc
      .record({ iss: fc.constantFrom(cluster.name, 1), sub: fc.anything(), aud: fc.anything(), exp: fc.anything() })
      .map(asJson),
  );
  const part = json.map((text) => Buffer.from(text).toString('base64url'));
  const fuzzed = fc.oneof(
    fc.string(),
    fc.array(part, { maxLength: 6 }).map((parts) => parts.join('.')),
    fc.tuple(part, fc.constant(payload), fc.constant(signature)).map((parts) => parts.join('.')),
    fc.tuple(fc.constant(header), part, fc.constant(signature)).map((parts) => parts.join('.')),
    fc
      // Not its last letter, of which not every bit counts.
      .tuple(fc.nat(token.length - 2), fc.constantFrom('.', 'A', '=', '\u0000', 'é', ''))
      .map(([at, letter]) => token.slice(0, at) + letter + token.slice(at + 1)),
  );
  await fc.assert(
    fc.asyncProperty(fuzzed, async (text) => {
      if (text !== token) expect(await refusal(text)).toMatch(/^the (?:token|signature) /);
    }),
    { numRuns: 1000 },
  );
});

function asJson(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'bigint' ? String(inner) : inner)) ?? '';
}
