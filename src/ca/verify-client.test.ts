import { createPrivateKey, X509Certificate } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openAuthority } from './index.ts';
import {
  CART,
  CART_URI,
  DAY,
  HOUR,
  type Holder,
  makeAuthority,
  makeCrl,
  makeLeaf,
  NOW,
  names,
  usage,
  type Wanted,
  x509,
} from './others.fixture.ts';

const URI = names({ type: 'url', value: CART_URI });

/** Believes a root; the signer matters only where the authority verifies what it signed itself. */
const believing = (root: Holder, files: Record<string, string> = {}) =>
  openAuthority({
    source: {
      kind: 'files',
      files: { 'ca-cert.pem': root.pem, 'ca-key.pem': root.keyPem, 'root-cert.pem': root.pem, ...files },
    },
    clock: () => NOW,
  });

test('what an authority issues, it believes', async () => {
  const authority = await openAuthority({ source: { kind: 'own' }, clock: () => NOW });
  const chain = [new X509Certificate(authority.issue(CART).leafPem).raw];
  expect(authority.verify(chain, NOW)).toEqual({ ok: true, id: CART });
  expect(authority.verify(chain, NOW + DAY + 1000)).toMatchObject({
    ok: false,
    reason: expect.stringContaining('expired at'),
  });
  expect(authority.verify(chain, NOW - HOUR)).toMatchObject({
    ok: false,
    reason: expect.stringContaining('is valid only from'),
  });
});

test('it does not believe the certificate of another authority of the same kind', async () => {
  const [ours, theirs] = [
    await openAuthority({ source: { kind: 'own' } }),
    await openAuthority({ source: { kind: 'own' } }),
  ];
  const chain = [new X509Certificate(theirs.issue(CART).leafPem).raw, new X509Certificate(theirs.trust().rootsPem).raw];
  expect(ours.verify(chain, Date.now())).toMatchObject({
    ok: false,
    reason: expect.stringMatching(/^"O=cluster.local, CN=pharos root \w{8}" is no root that is believed here$/),
  });
});

test('a server certificate is no client', async () => {
  const authority = await openAuthority({ source: { kind: 'own' }, clock: () => NOW });
  const chain = [new X509Certificate(authority.issueServer(['pharos']).leafPem).raw];
  expect(authority.verify(chain, NOW)).toMatchObject({ reason: expect.stringContaining('is not meant for clients') });
});

test('a chain leads over intermediates that the client brings, in any order, or that we have', async () => {
  const root = await makeAuthority('root');
  const upper = await makeAuthority('upper', { issuer: root });
  const lower = await makeAuthority('lower', { issuer: upper });
  const leaf = await makeLeaf(lower);
  const authority = await believing(root);
  const chain = (...all: Holder[]): Buffer[] => all.map(({ der }) => der);
  expect(authority.verify(chain(leaf, lower, upper), NOW)).toEqual({ ok: true, id: CART });
  expect(authority.verify(chain(leaf, root, upper, lower), NOW)).toEqual({ ok: true, id: CART });
  expect(authority.verify(chain(leaf, lower), NOW)).toMatchObject({
    reason: '"CN=lower" was issued by nobody who is known here',
  });
  expect(authority.verify(chain(leaf), NOW).ok).toBe(false);
  const owner = await believing(root, {
    'ca-cert.pem': lower.pem,
    'ca-key.pem': lower.keyPem,
    'cert-chain.pem': upper.pem,
  });
  expect(owner.verify(chain(leaf), NOW)).toEqual({ ok: true, id: CART });
});

test.each<[string, Partial<Wanted>, RegExp]>([
  ['no name', { extensions: [] }, /names no URI$/],
  [
    'two URIs',
    { extensions: [names({ type: 'url', value: CART_URI }, { type: 'url', value: `${CART_URI}2` })] },
    /names 2 URIs, not one$/,
  ],
  [
    'the same URI twice',
    { extensions: [names({ type: 'url', value: CART_URI }, { type: 'url', value: CART_URI })] },
    /names 2 URIs/,
  ],
  ['a DNS name only', { extensions: [names({ type: 'dns', value: 'cart.shop' })] }, /names no URI$/],
  [
    'a URI of another kind',
    { extensions: [names({ type: 'url', value: 'https://cart.shop/' })] },
    /names "https:\/\/cart.shop\/", which is no workload$/,
  ],
  [
    'an authority',
    { extensions: [URI, new x509.BasicConstraintsExtension(true)] },
    /is that of a certificate authority$/,
  ],
  [
    'a purpose that is not ours',
    { extensions: [URI, new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth])] },
    /is not meant for clients/,
  ],
  ['a key that may not sign', { extensions: [URI, usage('keyEncipherment')] }, /may not be used to sign/],
  [
    'something critical that we do not know',
    { extensions: [URI, new x509.Extension('1.2.3.4', true, Uint8Array.of(5, 0))] },
    /critical extensions that are not understood: 1\.2\.3\.4$/,
  ],
  ['its end', { notAfter: NOW - 1000 }, /expired at 2026-05-31T23:59:59/],
  ['its begin', { notBefore: NOW + 1000 }, /is valid only from 2026-06-01T00:00:01/],
])('a certificate with %s is refused', async (_, wanted, reason) => {
  const root = await makeAuthority('root');
  const leaf = await makeLeaf(root, wanted);
  expect((await believing(root)).verify([leaf.der], NOW)).toEqual({ ok: false, reason: expect.stringMatching(reason) });
});

test.each<[string, Partial<Wanted>, RegExp]>([
  ['no authority', { extensions: [] }, /the issuer "CN=middle" is no certificate authority/],
  [
    'no authority by its key usage',
    { extensions: [new x509.BasicConstraintsExtension(true), usage('digitalSignature')] },
    /may not sign certificates/,
  ],
  ['expired', { notAfter: NOW - 1000 }, /the issuer "CN=middle" expired at/],
  [
    'restricted to servers',
    {
      extensions: [
        new x509.BasicConstraintsExtension(true),
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      ],
    },
    /the issuer "CN=middle" may not vouch for cluster.local/,
  ],
  [
    'restricted in a way that we do not know',
    {
      extensions: [new x509.BasicConstraintsExtension(true), new x509.Extension('1.2.3.4', true, Uint8Array.of(5, 0))],
    },
    /the issuer "CN=middle" has critical extensions that are not understood/,
  ],
  [
    'restricted to another trust domain',
    { extensions: [new x509.BasicConstraintsExtension(true), onlyFor('other.test')] },
    /may not vouch for cluster.local/,
  ],
])('a certificate by an issuer that is %s is refused', async (_, wanted, reason) => {
  const root = await makeAuthority('root');
  const middle = await makeAuthority('middle', { issuer: root, ...wanted });
  const leaf = await makeLeaf(middle);
  const verdict = (await believing(root)).verify([leaf.der, middle.der], NOW);
  expect(verdict).toEqual({ ok: false, reason: expect.stringMatching(reason) });
});

test('an issuer that is restricted to a trust domain vouches for that one', async () => {
  const root = await makeAuthority('root');
  for (const host of ['cluster.local', '.local']) {
    const middle = await makeAuthority('middle', {
      issuer: root,
      extensions: [new x509.BasicConstraintsExtension(true), onlyFor(host)],
    });
    const leaf = await makeLeaf(middle);
    expect((await believing(root)).verify([leaf.der, middle.der], NOW)).toEqual({ ok: true, id: CART });
  }
});

test('an issuer that is kept from a trust domain does not vouch for it, and does for others', async () => {
  const root = await makeAuthority('root');
  for (const [host, ok] of [
    ['cluster.local', false],
    ['other.test', true],
  ] as const) {
    const extensions = [new x509.BasicConstraintsExtension(true), constraint(0xa1, host)];
    const middle = await makeAuthority('middle', { issuer: root, extensions });
    const leaf = await makeLeaf(middle);
    expect((await believing(root)).verify([leaf.der, middle.der], NOW).ok).toBe(ok);
  }
});

test('names that are not checked have no place below an issuer that is restricted', async () => {
  const root = await makeAuthority('root');
  const middle = await makeAuthority('middle', {
    issuer: root,
    extensions: [new x509.BasicConstraintsExtension(true), onlyFor('cluster.local')],
  });
  const leaf = await makeLeaf(middle, {
    extensions: [names({ type: 'url', value: CART_URI }, { type: 'dns', value: 'bank.test' })],
  });
  expect((await believing(root)).verify([leaf.der, middle.der], NOW)).toMatchObject({ ok: false });
});

test('a chain that is longer than any real one is not looked at', async () => {
  const authority = await openAuthority({ source: { kind: 'own' }, clock: () => NOW });
  const leaf = new X509Certificate(authority.issue(CART).leafPem).raw;
  expect(authority.verify(Array(10).fill(leaf), NOW).ok).toBe(true);
  expect(authority.verify(Array(11).fill(leaf), NOW)).toEqual({ ok: false, reason: '11 certificates, more than 10' });
  expect(authority.verify([], NOW)).toEqual({ ok: false, reason: 'no certificate was presented' });
});

function onlyFor(host: string): x509.Extension {
  return constraint(0xa0, host);
}

/** Name constraints with the URIs of one host, among those that are permitted (0xa0) or excluded (0xa1). */
function constraint(list: number, host: string): x509.Extension {
  const name = Buffer.concat([Buffer.of(0x86, host.length), Buffer.from(host)]);
  const wrap = (tag: number, content: Buffer): Buffer => Buffer.concat([Buffer.of(tag, content.length), content]);
  return new x509.Extension('2.5.29.30', true, wrap(0x30, wrap(list, wrap(0x30, name))));
}

test('a workload cannot vouch for another one', async () => {
  const authority = await openAuthority({ source: { kind: 'own' }, clock: () => NOW });
  const { leafPem, keyPem } = authority.issue(CART);
  const leaf = new X509Certificate(leafPem);
  const forged = await makeLeaf(await holderOf(leaf, keyPem));
  expect(authority.verify([forged.der, leaf.raw], NOW).ok).toBe(false);
});

async function holderOf(certificate: X509Certificate, keyPem: string): Promise<Holder> {
  const der = createPrivateKey(keyPem).export({ type: 'pkcs8', format: 'der' });
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };
  const privateKey = await crypto.subtle.importKey('pkcs8', new Uint8Array(der), algorithm, true, ['sign']);
  const keys = { privateKey, publicKey: privateKey } as Holder['keys'];
  return {
    name: '',
    kind: 'P-256',
    keys,
    keyPem,
    pem: certificate.toString(),
    der: certificate.raw,
    serial: certificate.serialNumber,
  };
}

test('a certificate whose bytes were changed is refused', async () => {
  const root = await makeAuthority('root');
  const leaf = await makeLeaf(root);
  const authority = await believing(root);
  for (let i = 0; i < leaf.der.length; i++) {
    const changed = Buffer.from(leaf.der);
    changed[i]! ^= 0x01;
    expect(authority.verify([changed], NOW).ok).toBe(false);
  }
});

test('nothing that a client can present is an accident', async () => {
  const root = await makeAuthority('root');
  const leaf = await makeLeaf(root);
  const authority = await believing(root);
  const bytes = fc.uint8Array({ maxLength: 80 }).map((array) => Buffer.from(array));
  const broken = fc
    .tuple(fc.nat(leaf.der.length), fc.nat(30), bytes)
    .map(([from, length, other]) =>
      Buffer.concat([leaf.der.subarray(0, from), other, leaf.der.subarray(from + length)]),
    );
  const chains = fc.array(fc.oneof(broken, bytes, fc.constantFrom(leaf.der, root.der)), { maxLength: 12 });
  fc.assert(
    fc.property(chains, (chain) => {
      const verdict = authority.verify(chain, NOW);
      expect(verdict.ok && !chain[0]?.equals(leaf.der)).toBe(false);
    }),
    { numRuns: 1000 },
  );
});

test('certificates that all name each other are given up soon', async () => {
  const root = await makeAuthority('root');
  const ring = await Promise.all(Array.from({ length: 9 }, (_, i) => makeAuthority('ring', { serial: `1${i}` })));
  const keys = ring[0]!.keys;
  const same = await Promise.all(
    ring.map((one, i) => makeAuthority('ring', { issuer: { ...one, keys }, keys, serial: `2${i}` })),
  );
  const leaf = await makeLeaf(same[0]!);
  expect((await believing(root)).verify([leaf.der, ...same.map(({ der }) => der)], NOW)).toMatchObject({ ok: false });
});

test('what is revoked is refused: the workload, or its issuer; by whoever issued it and nobody else', async () => {
  const [root, stranger] = [await makeAuthority('root'), await makeAuthority('stranger')];
  const middle = await makeAuthority('middle', { issuer: root });
  const [good, bad] = [await makeLeaf(middle), await makeLeaf(middle)];
  const verdict = async (crl: string, leaf: Holder) =>
    (await believing(root, { 'ca-crl.pem': crl })).verify([leaf.der, middle.der], NOW);
  const list = await makeCrl(middle, [bad.serial], { nextUpdate: NOW - HOUR });
  expect(await verdict(list, good)).toEqual({ ok: true, id: CART });
  expect(await verdict(list, bad)).toEqual({
    ok: false,
    reason: expect.stringMatching(/^the certificate .* is revoked$/),
  });
  expect(await verdict(await makeCrl(root, [middle.serial]), good)).toEqual({
    ok: false,
    reason: '"CN=middle" is revoked',
  });
  expect(await verdict(await makeCrl(stranger, [good.serial, middle.serial]), good)).toEqual({ ok: true, id: CART });
  expect(await verdict(await makeCrl({ ...stranger, name: 'CN=middle' }, [good.serial]), good)).toEqual({
    ok: true,
    id: CART,
  });
});

test('lists of revocations are handed on', async () => {
  const root = await makeAuthority('root');
  const [first, second] = [await makeCrl(root, ['0a']), await makeCrl(root, ['0b'])];
  const crlPem = (await believing(root, { 'ca-crl.pem': first + second })).trust().crlPem!;
  expect(crlPem.match(/BEGIN X509 CRL/g)).toHaveLength(2);
  expect((await believing(root)).trust().crlPem).toBeUndefined();
});
