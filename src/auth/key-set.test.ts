import { generateKeyPairSync } from 'node:crypto';
import { exportJWK, generateKeyPair } from 'jose';
import { expect, test } from 'vitest';
import { readKeySet } from './index.ts';
import { testIssuer } from './tokens.fixture.ts';

const { jwk: good } = await testIssuer('https://one.example');

function keysOf(...keys: readonly unknown[]): unknown {
  const read = readKeySet(JSON.stringify({ keys }));
  return 'value' in read ? (JSON.parse(read.value.jwks) as { keys: unknown }).keys : read.mistake;
}

test('what is public is kept, and nothing else', async () => {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  const { kty, n, e, ...secret } = await exportJWK(privateKey);
  expect(Object.keys(secret).sort()).toEqual(['d', 'dp', 'dq', 'p', 'q', 'qi']);
  expect(keysOf({ kty, n, e, ...secret, kid: 'a', alg: 'RS256', x5c: ['MII'], note: 'x' })).toEqual([
    { kty, n, e, kid: 'a', alg: 'RS256' },
  ]);
});

test('a private key that signs is a public one that verifies', () => {
  expect(keysOf({ ...good, key_ops: ['sign'] })).toEqual([{ ...good, key_ops: ['verify'] }]);
});

const shortRsa = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({ format: 'jwk' });
const otherCurve = generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).publicKey.export({ format: 'jwk' });
const exchange = generateKeyPairSync('x25519').publicKey.export({ format: 'jwk' });

test.each<[string, unknown]>([
  ['a shared secret', { kty: 'oct', k: 'c2VjcmV0' }],
  ['a key for encryption', { ...good, use: 'enc' }],
  ['a key for other operations', { ...good, key_ops: ['deriveBits'] }],
  ['a short RSA key', shortRsa],
  ['a key on a curve that tokens have not', otherCurve],
  ['a key to agree on secrets', exchange],
  ['a point that is on no curve', { ...good, x: 'AAAA' }],
  ['a key with a number for a name', { ...good, kid: 7 }],
  ['a text', 'key'],
  ['nothing', null],
])('%s is left out', (_, key) => {
  expect(keysOf(key, good)).toEqual([good]);
  expect(keysOf(key)).toBe('has no public key that tokens can be verified with');
});

test.each(['', '[]', 'null', '{"keys":{}}', '<html>'])('%j is no key set', (text) => {
  expect(readKeySet(text)).toEqual({ mistake: 'is not a JSON Web Key Set: {"keys": […]}' });
});
