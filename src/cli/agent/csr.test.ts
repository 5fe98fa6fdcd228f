import { spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import '../../ca/reflection.fixture.ts';
import { Pkcs10CertificateRequest, SubjectAlternativeNameExtension } from '@peculiar/x509';
import { expect, test } from 'vitest';
import { parseCertificateRequest } from '../../ca/index.ts';
import { buildCertificateRequest } from './csr.ts';

const URI = 'spiffe://cluster.local/ns/shop/sa/cart';
const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const csr = buildCertificateRequest(privateKey, URI);

test('our own authority reads the request, and its signature is good', () => {
  const request = parseCertificateRequest(csr);
  expect(request).toMatchObject({ uris: [URI], otherNames: [] });
  expect(request.publicKey.key.equals(publicKey)).toBe(true);
});

test('others read it, too: no subject, and one critical name', async () => {
  const request = new Pkcs10CertificateRequest(csr);
  expect(await request.verify()).toBe(true);
  expect(request.subject).toBe('');
  const names = new SubjectAlternativeNameExtension(request.getExtension('2.5.29.17')!.rawData);
  expect(names.critical).toBe(true);
  expect(names.names.toJSON()).toEqual([{ type: 'url', value: URI }]);
});

test('openssl verifies it', () => {
  const { status, stderr } = spawnSync('openssl', ['req', '-verify', '-noout'], { input: csr, encoding: 'utf8' });
  expect({ status, stderr }).toMatchObject({ status: 0, stderr: expect.stringContaining('OK') });
});

test('the key is not in it', () => {
  const secret = Buffer.from(privateKey.export({ format: 'jwk' }).d!, 'base64url');
  const der = Buffer.from(csr.replaceAll(/-----.*-----|\s/g, ''), 'base64');
  expect(der.includes(secret)).toBe(false);
});
