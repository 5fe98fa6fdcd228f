import { createHash, generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { keySetFor, NOBODYS_KEY } from './key-set.ts';

const EC = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' });
const RSA = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'jwk' });
const ED = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' });

const keysFor = (...keys: readonly unknown[]) =>
  JSON.parse(keySetFor(JSON.stringify({ keys }))).keys as Record<string, unknown>[];

test.each([
  ['EC', EC],
  ['RSA', RSA],
  ['Ed25519', ED],
  ['RSA for PS256', { ...RSA, alg: 'PS256' }],
])('a key set with a usable key is sent as it is: %s', (_, key) => {
  expect(keysFor({ ...key, kid: 'a' })).toEqual([{ ...key, kid: 'a' }]);
});

test.each([
  ['nothing', []],
  ['a key without numbers', [{ kty: 'RSA' }]],
  ['an unknown type', [{ kty: 'FOO' }]],
  ['null', [null]],
  ['a point that is on no curve', [{ ...EC, x: EC.y }]],
  ['an algorithm of another type', [{ ...EC, alg: 'RS256' }]],
  ['a key that only exchanges keys', [generateKeyPairSync('x25519').publicKey.export({ format: 'jwk' })]],
  ['an RSA key of 48 bits', [{ kty: 'RSA', e: 'AQAB', n: 'xAE7eB6q' }]],
  ['an RSA key with an even exponent', [{ ...RSA, e: 'Ag' }]],
  ['base64 with padding', [{ ...RSA, n: `${RSA.n}=` }]],
])('Envoy would refuse a listener for a key set of %s, so it gets a key that verifies nothing', (_, keys) => {
  expect(keysFor(...keys).at(-1)).toEqual(NOBODYS_KEY);
});

test('what is no key set at all verifies nothing', () => {
  expect(JSON.parse(keySetFor('no JSON'))).toEqual({ keys: [NOBODYS_KEY] });
  expect(JSON.parse(keySetFor('{"keys":5}'))).toEqual({ keys: [NOBODYS_KEY] });
});

test('nothing secret is sent to a proxy', () => {
  const secret = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' });
  expect(keysFor({ ...secret, x5c: ['…'] })[0]).toEqual({ kty: 'EC', crv: 'P-256', x: secret.x, y: secret.y });
});

test('nobody can have the private part of the key that verifies nothing: it is the hash of a sentence', () => {
  const hash = createHash('sha256').update('pharos: nobody knows the private part of this key, 2').digest('base64url');
  expect(NOBODYS_KEY['x']).toBe(hash);
});
