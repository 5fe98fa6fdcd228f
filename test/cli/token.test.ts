import { spawnSync } from 'node:child_process';
import { chmodSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { expect, test } from 'vitest';
import { createAuthenticator, openTokenIssuer } from '../../src/auth/index.ts';
import { folder } from '../support/folder.ts';

const MAIN = join(import.meta.dirname, '../../src/main.ts');

function token(state: string, ...args: readonly string[]): { status: number | null; out: string; err: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, 'token', ...args], {
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1', PHAROS_STATE: state },
  });
  return { status, out: stdout, err: stderr };
}

test('a token is all that is printed, and whoever has the same state believes it', async () => {
  const state = join(folder().home, 'state');
  const { status, out, err } = token(state, '--sa', 'shop/cart', '--ttl', '90s', '--pod', 'cart-1', '--node', 'n1');
  expect({ status, err }).toEqual({ status: 0, err: '' });
  expect(out).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
  const { iat = 0, exp = 0 } = decodeJwt(out.trim());
  expect(exp - iat).toBeGreaterThanOrEqual(90);
  expect(exp - iat).toBeLessThanOrEqual(91);
  const issuers = [await openTokenIssuer({ directory: state, clock: Date.now })];
  const { authenticateToken } = createAuthenticator({ trustDomain: 'example.org', issuers, clock: Date.now });
  expect(await authenticateToken(out.trim())).toMatchObject({
    identity: { trustDomain: 'example.org', namespace: 'shop', serviceAccount: 'cart' },
    pod: 'cart-1',
    node: 'n1',
  });
});

test('the key stays in its state, readable for its owner only, until a new one is asked for', () => {
  const state = join(folder().home, 'state');
  const kid = (...args: readonly string[]) => decodeProtectedHeader(token(state, '--sa', 'shop/cart', ...args).out).kid;
  const first = kid();
  expect(kid()).toBe(first);
  expect(kid('--new-key')).not.toBe(first);
  expect(readdirSync(state)).toEqual(['token-keys.json']);
  expect(statSync(join(state, 'token-keys.json')).mode & 0o777).toBe(0o600);
});

test('another audience is for other services', () => {
  const { out } = token(join(folder().home, 'state'), '--sa', 'shop/cart', '--audience', 'vault');
  expect(decodeJwt(out).aud).toEqual(['vault']);
});

test('keys that others may read are told of, and not on the output', () => {
  const state = join(folder().home, 'state');
  token(state, '--sa', 'shop/cart');
  chmodSync(join(state, 'token-keys.json'), 0o644);
  const { status, out, err } = token(state, '--sa', 'shop/cart');
  expect(status).toBe(0);
  expect(out.split('\n')).toHaveLength(2);
  expect(err).toContain('others may read these keys; chmod 600');
});

test.each([
  [[], "required option '--sa <namespace/name>' not specified"],
  [['--sa', 'cart'], 'must be NAMESPACE/NAME, not "cart"'],
  [['--sa', 'Shop/cart'], '"Shop" is no name that a namespace can have'],
  [['--sa', 'shop/c_art'], '"c_art" is no name that a service account can have'],
  [['--sa', 'shop/cart', '--pod', 'x/y'], '"x/y" is no name that a Pod can have'],
  [['--sa', 'shop/cart', '--ttl', '5'], 'must be a duration like 24h or 90s, not "5"'],
  [['--sa', 'shop/cart', '--ttl', '10ms'], 'must be a second at least'],
] as const)('%j is used wrongly: told in words, with exit code 2 and nothing on the output', (args, message) => {
  const { status, out, err } = token(join(folder().home, 'state'), ...args);
  expect({ status, out }).toEqual({ status: 2, out: '' });
  expect(err).toContain(message);
  expect(err).not.toContain('    at ');
});

test('a state that cannot be is told with its place, and never with what is in it', () => {
  const { home, root, write } = folder();
  write('token-keys.json', 'SECRET');
  const broken = token(root, '--sa', 'shop/cart');
  expect(broken).toMatchObject({ status: 2, out: '' });
  expect(broken.err).toContain('token-keys.json is not a JSON Web Key Set');
  expect(broken.err).not.toContain('SECRET');
  writeFileSync(join(home, 'file'), '');
  expect(token(join(home, 'file'), '--sa', 'shop/cart').err).toContain('pharos: ');
});
