import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeJwt, decodeProtectedHeader, type JWK } from 'jose';
import { expect, onTestFinished, test } from 'vitest';
import { createAuthenticator, type Issuer, IssuerError, openTokenIssuer } from './index.ts';
import { NOW } from './tokens.fixture.ts';

const clock = (): number => NOW * 1000;
const CART = { namespace: 'shop', serviceAccount: 'cart', ttlMs: 60_000 };

function directory(): string {
  const path = mkdtempSync(join(tmpdir(), 'pharos-tokens-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

function keysIn(path: string): readonly JWK[] {
  return (JSON.parse(readFileSync(join(path, 'token-keys.json'), 'utf8')) as { keys: JWK[] }).keys;
}

function believing(issuer: Issuer) {
  return createAuthenticator({ trustDomain: 'cluster.local', issuers: [issuer], clock });
}

test('a token has the form of a bound service account token of Kubernetes', async () => {
  const issuer = await openTokenIssuer({ clock });
  const token = await issuer.sign({ ...CART, pod: 'cart-1', podUid: '1f0c', node: 'worker-1' });
  expect(decodeJwt(token)).toEqual({
    iss: 'pharos',
    sub: 'system:serviceaccount:shop:cart',
    aud: ['istio-ca'],
    iat: NOW,
    nbf: NOW,
    exp: NOW + 60,
    'kubernetes.io': {
      namespace: 'shop',
      serviceaccount: { name: 'cart' },
      pod: { name: 'cart-1', uid: '1f0c' },
      node: { name: 'worker-1' },
    },
  });
});

test('what one process signs, another one with the same directory believes, and after a restart, too', async () => {
  const path = directory();
  const [one, two] = await Promise.all([
    openTokenIssuer({ directory: path, clock }),
    openTokenIssuer({ directory: path, clock }),
  ]);
  const token = await one.sign({ ...CART, pod: 'cart-1' });
  for (const issuer of [two, await openTokenIssuer({ directory: path, clock })]) {
    expect(await believing(issuer).authenticateToken(token)).toMatchObject({
      identity: { namespace: 'shop', serviceAccount: 'cart' },
      pod: 'cart-1',
    });
  }
});

test('a token for somebody else is not believed here', async () => {
  const issuer = await openTokenIssuer({ clock });
  const token = await issuer.sign({ ...CART, audience: 'vault' });
  await expect(believing(issuer).authenticateToken(token)).rejects.toThrow('its audience must be istio-ca');
});

test('keys lie in one file that nobody else may read, and public parts are all that is shown', async () => {
  const path = join(directory(), 'state', 'pharos');
  const issuer = await openTokenIssuer({ directory: path, clock });
  expect(readdirSync(path)).toEqual(['token-keys.json']);
  expect(statSync(join(path, 'token-keys.json')).mode & 0o777).toBe(0o600);
  expect(statSync(path).mode & 0o777).toBe(0o700);
  const [{ d: secret, ...rest }] = keysIn(path) as [JWK];
  expect(secret).toBeDefined();
  expect(JSON.parse(await issuer.jwks())).toEqual({ keys: [rest] });
});

test('a new key signs, earlier ones are still believed, and not any more when they are taken out of the file', async () => {
  const path = directory();
  const issuer = await openTokenIssuer({ directory: path, clock });
  const other = believing(await openTokenIssuer({ directory: path, clock }));
  const before = await issuer.sign(CART);
  await issuer.rotate();
  const after = await issuer.sign(CART);
  expect(decodeProtectedHeader(after).kid).not.toBe(decodeProtectedHeader(before).kid);
  for (const token of [before, after]) expect((await other.authenticateToken(token)).via).toBe('token');

  writeFileSync(join(path, 'token-keys.json'), JSON.stringify({ keys: keysIn(path).slice(0, 1) }));
  expect((await other.authenticateToken(after)).via).toBe('token');
  await expect(other.authenticateToken(before)).rejects.toThrow('a key that its issuer does not have');
});

test('a key in memory can be replaced, too', async () => {
  const issuer = await openTokenIssuer({ clock });
  const before = await issuer.sign(CART);
  await issuer.rotate();
  for (const token of [before, await issuer.sign(CART)]) {
    expect((await believing(issuer).authenticateToken(token)).via).toBe('token');
  }
});

test('without its file, nobody is believed, and whoever runs it is told once', async () => {
  const path = directory();
  const told: string[] = [];
  const issuer = await openTokenIssuer({ directory: path, clock, onWarning: (text) => told.push(text) });
  const token = await issuer.sign(CART);
  rmSync(join(path, 'token-keys.json'));
  for (let i = 0; i < 3; i++)
    await expect(believing(issuer).authenticateToken(token)).rejects.toThrow('cannot be had now');
  expect(told).toEqual([expect.stringContaining('token-keys.json: ENOENT')]);
});

test('keys that others may read are told of', async () => {
  const path = directory();
  await openTokenIssuer({ directory: path, clock });
  chmodSync(join(path, 'token-keys.json'), 0o640);
  const told: string[] = [];
  await openTokenIssuer({ directory: path, clock, onWarning: (text) => told.push(text) });
  expect(told).toEqual([expect.stringContaining('chmod 600')]);
});

test.each([
  ['not JSON', 'SECRET', 'is not a JSON Web Key Set'],
  ['no keys', '{"keys":[]}', 'has no public key'],
  ['a shared secret', '{"keys":[{"kty":"oct","k":"SECRET"}]}', 'has no public key'],
])('a file with %s cannot be used, and is not shown', async (_, text, reason) => {
  const path = directory();
  writeFileSync(join(path, 'token-keys.json'), text);
  const error = (await openTokenIssuer({ directory: path, clock }).catch((thrown: unknown) => thrown)) as Error;
  expect(error).toBeInstanceOf(IssuerError);
  expect(error.message).toContain(`token-keys.json ${reason}`);
  expect(error.message).not.toContain('SECRET');
});

test('a file with public keys only can sign nothing', async () => {
  const path = directory();
  const issuer = await openTokenIssuer({ clock });
  writeFileSync(join(path, 'token-keys.json'), await issuer.jwks());
  await expect(openTokenIssuer({ directory: path, clock })).rejects.toThrow(
    'its first key must be a private one of P-256',
  );
});

test.each([
  [{ namespace: 'Shop' }, '"Shop" is no name that a namespace can have'],
  [{ namespace: '' }, '"" is no name that a namespace can have'],
  [{ serviceAccount: 'a/b' }, '"a/b" is no name that a service account can have'],
  [{ serviceAccount: 'x:y' }, '"x:y" is no name that a service account can have'],
  [{ pod: '-' }, '"-" is no name that a Pod can have'],
  [{ node: 'n\n' }, 'is no name that a node can have'],
])('nobody is %j', async (names, reason) => {
  const issuer = await openTokenIssuer({ clock });
  await expect(issuer.sign({ ...CART, ...names })).rejects.toThrow(reason);
});
