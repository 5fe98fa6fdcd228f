import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { BOOKS, CA, CRL, RSA, SHOP, SHORT_RSA } from '../../test/support/certificates.ts';
import {
  brokenLink,
  certificatesPem,
  pairMistake,
  readCertificates,
  readPrivateKey,
  readRevocationLists,
} from './certificates.ts';

const mistakeOf = (read: object): string | undefined => (read as { mistake?: string }).mistake;
const chainOf = (...texts: readonly string[]) => {
  const read = readCertificates(texts.join('\n'));
  if ('mistake' in read) throw new Error(read.mistake);
  return read.value;
};
const keyOf = (text: string) => {
  const read = readPrivateKey(text);
  if ('mistake' in read) throw new Error(read.mistake);
  return read.value.key;
};

test('only the certificates of a text are kept, in their order, whatever stands between them', () => {
  const text = `Bag Attributes\r\n  ${SHOP.cert.replaceAll('\n', '\r\n    ')}\nsubject=CN = x\n${CA}${SHOP.key}`;
  expect(certificatesPem(chainOf(text))).toBe(SHOP.cert + CA);
});

test('a key must be the one of the first certificate', () => {
  expect(pairMistake(chainOf(SHOP.cert, CA), keyOf(SHOP.key))).toBeUndefined();
  expect(pairMistake(chainOf(CA, SHOP.cert), keyOf(SHOP.key))).toContain('is the key of certificate 2');
  expect(pairMistake(chainOf(SHOP.cert), keyOf(BOOKS.key))).toBe('is not the key of the certificate');
  expect(pairMistake(chainOf(RSA.cert), keyOf(RSA.key))).toBeUndefined();
});

test('a chain is broken where a certificate is not signed by the next one', () => {
  expect(brokenLink(chainOf(SHOP.cert, CA))).toBeUndefined();
  expect(brokenLink(chainOf(SHOP.cert))).toBeUndefined();
  expect(brokenLink(chainOf(SHOP.cert, BOOKS.cert))).toBe(0);
  expect(brokenLink(chainOf(SHOP.cert, CA, BOOKS.cert))).toBe(1);
});

const ec = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve }).privateKey;
const pem = (key: ReturnType<typeof ec>, more = {}): string =>
  key.export({ type: 'pkcs8', format: 'pem', ...more }) as string;

describe('keys that Envoy does not take', () => {
  test.each([
    ['an RSA key that is too short', SHORT_RSA.key, 'has an RSA key of 1024 bits'],
    ['an unusual curve', pem(ec('secp256k1')), 'has a key of the curve secp256k1'],
    ['an Ed25519 key', pem(generateKeyPairSync('ed25519').privateKey), 'has a key of type ed25519'],
    ['an encrypted key', pem(ec('prime256v1'), { cipher: 'aes-128-cbc', passphrase: 'x' }), 'is encrypted'],
    ['a certificate', SHOP.cert, 'has no private key among its PEM blocks'],
    ['a public key', 'ssh-ed25519 AAAA', 'has no private key in PEM form'],
    ['nothing', ' \n', 'is empty'],
    ['a torn key', SHOP.key.replace(/\n.{20}/, '\nAAAAAAAAAAAAAAAAAAAA'), 'has a private key that cannot be read'],
  ])('%s', (_, text, mistake) => {
    expect(mistakeOf(readPrivateKey(text))).toContain(mistake);
  });
});

test.each(['prime256v1', 'secp384r1', 'secp521r1'])('keys of the curve %s are taken', (curve) => {
  expect(mistakeOf(readPrivateKey(pem(ec(curve))))).toBeUndefined();
});

test('the key is found behind the parameters of its curve', () => {
  const key = ec('prime256v1').export({ type: 'sec1', format: 'pem' }) as string;
  const read = readPrivateKey(`-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n${key}`);
  expect(read).toMatchObject({ value: { pem: key } });
});

test('what is broken is told by its number, and never shown', () => {
  const torn = SHOP.cert.replace(/\n.{20}/, '\nAAAAAAAAAAAAAAAAAAAA');
  expect(mistakeOf(readCertificates(CA + torn))).toBe('has a certificate that cannot be read: number 2');
  expect(mistakeOf(readCertificates('p@ssw0rd'))).toBe('has no certificate in PEM form');
});

test('revocation lists are read as far as their frame', () => {
  expect(readRevocationLists(CRL + CRL)).toEqual({ value: CRL + CRL });
  expect(mistakeOf(readRevocationLists(CRL.replace(/\n.{12}/, '\n')))).toBe(
    'has a revocation list that cannot be read',
  );
  expect(mistakeOf(readRevocationLists(CA))).toBe('has no revocation list among its PEM blocks');
});
