import { createPrivateKey, X509Certificate } from 'node:crypto';
import { expect, test } from 'vitest';
import type { AuthorityOptions, RootKeyType, SignedCertificate } from './authority.ts';
import { AuthorityError, CertificateRequestError, openAuthority, parseCertificateRequest } from './index.ts';
import { CART, CART_URI, DAY, HOUR, type Kind, makeRequest, NOW, openssl, x509 } from './others.fixture.ts';

const own = (options: AuthorityOptions & { keyType?: RootKeyType } = {}) => {
  const { keyType = 'P-256', ...rest } = options;
  return openAuthority({ source: { kind: 'own', keyType }, clock: () => NOW, ...rest });
};

const at = (ms: number): string[] => ['-attime', String(Math.floor(ms / 1000))];
const filesOf = ({ leafPem, rootsPem }: SignedCertificate) => ({ 'leaf.pem': leafPem, 'roots.pem': rootsPem });

test.each<RootKeyType>(['P-256', 'P-384', 'RSA-2048'])('openssl accepts what a root of %s signs', async (keyType) => {
  const certificate = (await own({ keyType })).issue(CART);
  const args = ['verify', '-x509_strict', '-CAfile', 'roots.pem', ...at(NOW)];
  for (const purpose of ['sslclient', 'sslserver']) {
    expect(openssl([...args, '-purpose', purpose, 'leaf.pem'], filesOf(certificate))).toBe('leaf.pem: OK\n');
  }
});

test('openssl refuses it by another root, after its end, and as an authority', async () => {
  const [ours, theirs] = [await own(), await own()];
  const certificate = ours.issue(CART);
  const files = filesOf(certificate);
  const verify = ['verify', '-CAfile', 'roots.pem'];
  const roots = theirs.trust().rootsPem;
  expect(openssl([...verify, ...at(NOW), 'leaf.pem'], { ...files, 'roots.pem': roots })).toContain(
    'verification failed',
  );
  expect(openssl([...verify, ...at(NOW + DAY + 1000), 'leaf.pem'], files)).toContain('certificate has expired');
  expect(openssl([...verify, ...at(NOW - HOUR), 'leaf.pem'], files)).toContain('not yet valid');
  const below = (await belowLeaf(certificate.leafPem, certificate.keyPem)).replaceAll('\r', '');
  const chain = { ...files, 'below.pem': below };
  expect(openssl([...verify, ...at(NOW), '-untrusted', 'leaf.pem', 'below.pem'], chain)).toMatch(
    /invalid CA certificate|verification failed/,
  );
});

/** A certificate that a workload has signed as if it were an authority. */
async function belowLeaf(leafPem: string, keyPem: string): Promise<string> {
  const leaf = new X509Certificate(leafPem);
  return openssl(
    ['x509', '-req', '-in', 'request.pem', '-CA', 'leaf.pem', '-CAkey', 'key.pem', '-set_serial', '7', '-days', '3650'],
    { 'request.pem': await makeRequest(), 'leaf.pem': leaf.toString(), 'key.pem': keyPem },
  );
}

test('another library reads what we sign as we meant it, and verifies it', async () => {
  const authority = await own();
  const { leafPem, rootsPem } = authority.issue(CART);
  const leaf = new x509.X509Certificate(leafPem);
  const root = new x509.X509Certificate(rootsPem);
  expect(await leaf.verify({ publicKey: root.publicKey, date: new Date(NOW) })).toBe(true);
  expect(await root.verify({ publicKey: root.publicKey, date: new Date(NOW) })).toBe(true);
  expect(leaf.issuer).toBe(root.subject);
  expect(leaf.subject).toBe('');
  expect([leaf.notBefore, leaf.notAfter]).toEqual([new Date(NOW - 120_000), new Date(NOW + DAY)]);
  expect(leaf.signatureAlgorithm).toMatchObject({ name: 'ECDSA', hash: { name: 'SHA-256' } });
  expect(readExtensions(leaf)).toEqual({
    names: { critical: true, value: [{ type: 'url', value: CART_URI }] },
    usage: { critical: true, value: x509.KeyUsageFlags.digitalSignature | x509.KeyUsageFlags.keyEncipherment },
    purposes: { critical: false, value: [x509.ExtendedKeyUsage.serverAuth, x509.ExtendedKeyUsage.clientAuth] },
    constraints: { critical: true, value: [false, undefined] },
    authority: root.getExtension(x509.SubjectKeyIdentifierExtension)?.keyId,
  });
  expect(leaf.extensions).toHaveLength(6);
});

function readExtensions(certificate: x509.X509Certificate) {
  const names = certificate.getExtension(x509.SubjectAlternativeNameExtension)!;
  const usage = certificate.getExtension(x509.KeyUsagesExtension)!;
  const purposes = certificate.getExtension(x509.ExtendedKeyUsageExtension)!;
  const constraints = certificate.getExtension(x509.BasicConstraintsExtension)!;
  return {
    names: { critical: names.critical, value: names.names.toJSON() },
    usage: { critical: usage.critical, value: usage.usages },
    purposes: { critical: purposes.critical, value: purposes.usages },
    constraints: { critical: constraints.critical, value: [constraints.ca, constraints.pathLength] },
    authority: certificate.getExtension(x509.AuthorityKeyIdentifierExtension)?.keyId,
  };
}

test('Node agrees that the root issued and signed it, and that the key is its key', async () => {
  const { leafPem, rootsPem, keyPem } = (await own()).issue(CART);
  const [leaf, root] = [new X509Certificate(leafPem), new X509Certificate(rootsPem)];
  expect(leaf.checkIssued(root)).toBe(true);
  expect(leaf.verify(root.publicKey)).toBe(true);
  expect(leaf.checkPrivateKey(createPrivateKey(keyPem))).toBe(true);
  expect([leaf.ca, root.ca]).toEqual([false, true]);
  expect(leaf.subjectAltName).toBe(`URI:${CART_URI}`);
});

test.each<Kind>(['P-256', 'P-384', 'RSA-2048', 'Ed25519'])(
  'a request with a %s key is granted for that key',
  async (kind) => {
    const pem = await makeRequest({ kind });
    const certificate = (await own()).sign(parseCertificateRequest(pem), CART);
    const asked = new x509.Pkcs10CertificateRequest(pem).publicKey.rawData;
    expect(Buffer.from(new x509.X509Certificate(certificate.leafPem).publicKey.rawData)).toEqual(Buffer.from(asked));
    expect(
      openssl(['verify', '-x509_strict', '-CAfile', 'roots.pem', ...at(NOW), 'leaf.pem'], filesOf(certificate)),
    ).toBe('leaf.pem: OK\n');
  },
);

test('an Ed25519 key is given no use that it cannot have', async () => {
  const { leafPem } = (await own()).sign(parseCertificateRequest(await makeRequest({ kind: 'Ed25519' })), CART);
  const usages = new x509.X509Certificate(leafPem).getExtension(x509.KeyUsagesExtension)?.usages;
  expect(usages).toBe(x509.KeyUsageFlags.digitalSignature);
});

test('serial numbers are positive, long and never the same', async () => {
  const authority = await own();
  const serials = Array.from({ length: 2000 }, () => new X509Certificate(authority.issue(CART).leafPem).serialNumber);
  expect(new Set(serials).size).toBe(serials.length);
  expect(serials.filter((serial) => serial.startsWith('-') || serial.length < 20)).toEqual([]);
});

test.each([
  [Buffer.alloc(16, 0xff), 'FF'.repeat(16)],
  [Buffer.concat([Buffer.alloc(3), Buffer.alloc(13, 1)]), '01'.repeat(13)],
])('a serial number of the bytes %o is written as a positive number', async (bytes, serial) => {
  const { leafPem, rootsPem } = (await own({ random: () => bytes })).issue(CART);
  expect(new X509Certificate(leafPem).serialNumber).toBe(serial);
  expect(new X509Certificate(leafPem).verify(new X509Certificate(rootsPem).publicKey)).toBe(true);
});

test('a workload gets 24 hours unless it asks for something else, and may not ask for more than the maximum', async () => {
  const authority = await own({ maxValidityMs: 30 * DAY });
  const life = (askedMs?: number): number => authority.issue(CART, askedMs).notAfterMs - NOW;
  expect([undefined, 0, -5, Number.NaN].map(life)).toEqual([DAY, DAY, DAY, DAY]);
  expect([HOUR, 30 * DAY].map(life)).toEqual([HOUR, 30 * DAY]);
  expect(() => life(30 * DAY + 1000)).toThrow(
    new CertificateRequestError(
      'validity',
      'a certificate for 2592001 s was asked for; the longest that is given is 2592000 s',
    ),
  );
});

test('the default is never longer than the maximum', async () => {
  const authority = await own({ maxValidityMs: HOUR });
  expect(authority.issue(CART).notAfterMs).toBe(NOW + HOUR);
});

test('what is signed ends with the root, and nothing is signed after that', async () => {
  let now = NOW;
  const authority = await own({ clock: () => now });
  const end = authority.describe().signer.notAfterMs;
  now = end - HOUR;
  const last = authority.issue(CART);
  expect(last.notAfterMs).toBe(end);
  expect(new X509Certificate(last.leafPem).validToDate.getTime()).toBe(end);
  now = end + 1000;
  expect(() => authority.issue(CART)).toThrow(AuthorityError);
  expect(() => authority.issueServer(['pharos'])).toThrow('the signing certificate has expired');
});

test('what is signed after 2049 has a year of four digits', async () => {
  const now = Date.UTC(2049, 11, 31, 23);
  const { leafPem, rootsPem } = (await own({ clock: () => now })).issue(CART);
  expect(new X509Certificate(leafPem).validToDate.getTime()).toBe(now + DAY);
  expect(
    openssl(['verify', '-x509_strict', '-CAfile', 'roots.pem', ...at(now), 'leaf.pem'], {
      'leaf.pem': leafPem,
      'roots.pem': rootsPem,
    }),
  ).toContain('OK');
});

test.each([
  [{ ...CART, trustDomain: 'cluster.local/ns/other' }],
  [{ ...CART, namespace: '' }],
  [{ ...CART, serviceAccount: 'cart\0' }],
  [{ ...CART, serviceAccount: 'cart/../x' }],
])('%j gets no certificate', async (id) => {
  const authority = await own();
  expect(() => authority.issue(id)).toThrow(CertificateRequestError);
});

test('a server is known by its DNS names and addresses', async () => {
  const authority = await own();
  const server = authority.issueServer(['pharos', 'pharos.mesh.svc', '*.mesh.test', '127.0.0.1', '::1']);
  const leaf = new X509Certificate(server.leafPem);
  expect(leaf.subjectAltName).toBe(
    'DNS:pharos, DNS:pharos.mesh.svc, DNS:*.mesh.test, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1',
  );
  expect(leaf.checkHost('pharos.mesh.svc')).toBe('pharos.mesh.svc');
  expect(leaf.checkIP('127.0.0.1')).toBe('127.0.0.1');
  expect(leaf.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
  expect(server.notAfterMs - NOW).toBe(90 * DAY);
  const args = ['verify', '-x509_strict', '-purpose', 'sslserver', '-CAfile', 'roots.pem', ...at(NOW), 'leaf.pem'];
  expect(openssl(args, filesOf(server))).toBe('leaf.pem: OK\n');
});

test.each([[[]], [['']], [['a b']], [['spiffe://x']], [['x\0.com']], [['-a.com']], [['a'.repeat(64)]]])(
  '%j are no names of a server',
  async (names) => {
    const authority = await own();
    expect(() => authority.issueServer(names)).toThrow(/DNS name/);
  },
);
