import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decode, encode, oid, partsOf, sequence, TAG } from './der.ts';
import { CertificateRequestError, parseCertificateRequest, type RequestFault } from './index.ts';
import { OID } from './oids.ts';
import { CART_URI, type Kind, makeKeys, makeRequest, names, x509 } from './others.fixture.ts';
import { pem } from './pem.ts';

test.each<[Kind, string]>([
  ['P-256', 'P-256'],
  ['P-384', 'P-384'],
  ['RSA-2048', 'RSA'],
  ['Ed25519', 'Ed25519'],
])('a request with a %s key is read, and its name with it', async (kind, type) => {
  const request = parseCertificateRequest(await makeRequest({ kind }));
  expect(request).toMatchObject({ publicKey: { type }, uris: [CART_URI], otherNames: [] });
});

test('the older label is as good, and so is text around the block', async () => {
  const request = (await makeRequest()).replaceAll('CERTIFICATE REQUEST', 'NEW CERTIFICATE REQUEST');
  expect(parseCertificateRequest(`Request:\r\n${request.replaceAll('\n', '\r\n')}\n\n`).uris).toEqual([CART_URI]);
});

test('a request without any extension is one without names', async () => {
  expect(parseCertificateRequest(await makeRequest({ extensions: [] }))).toMatchObject({ uris: [], otherNames: [] });
});

test('every name that a request claims is told', async () => {
  const claimed = names(
    { type: 'url', value: CART_URI },
    { type: 'url', value: 'spiffe://cluster.local/ns/a/sa/b' },
    { type: 'dns', value: 'cart.shop' },
    { type: 'ip', value: '10.0.0.1' },
    { type: 'ip', value: '2001:db8::1' },
    { type: 'email', value: 'cart@shop.test' },
    { type: 'dn', value: 'CN=admin' },
  );
  const request = parseCertificateRequest(await makeRequest({ extensions: [claimed], subject: 'CN=admin' }));
  expect(request.uris).toEqual([CART_URI, 'spiffe://cluster.local/ns/a/sa/b']);
  expect(request.otherNames).toEqual([
    'DNS:cart.shop',
    'IP:10.0.0.1',
    'IP:2001:db8::1',
    'email:cart@shop.test',
    'a name of another form',
  ]);
});

test.each<[string, () => Promise<string>, RequestFault, string]>([
  [
    'P-521',
    () => makeRequest({ kind: 'P-521' }),
    'key',
    'the key is not of a kind that is accepted: P-256, P-384, RSA',
  ],
  ['RSA of 1024 bits', () => makeRequest({ kind: 'RSA-1024' }), 'key', 'the key has 1024 bits'],
  ['SHA-1', () => makeRequest({ kind: 'RSA with SHA-1' }), 'signature', 'an algorithm that is not accepted'],
  ['two blocks', async () => (await makeRequest()) + (await makeRequest()), 'malformed', '2 PEM blocks, not one'],
  ['nothing', async () => '', 'malformed', 'no PEM block CERTIFICATE REQUEST in it'],
  ['a certificate', async () => pem('CERTIFICATE', Buffer.of(48, 0)), 'malformed', 'a PEM block CERTIFICATE, not'],
  ['an empty block', async () => pem('CERTIFICATE REQUEST', Buffer.alloc(0)), 'malformed', 'not in base64'],
  ['no end', async () => (await makeRequest()).slice(0, 200), 'malformed', 'has no end'],
  ['too much', async () => `${await makeRequest()}${' '.repeat(20_000)}`, 'malformed', 'more than 16384'],
])('refused with the reason: %s', async (_, make, fault, words) => {
  const error = refusalOf(await make());
  expect(error.message).toContain(words);
  expect(error.message).toMatch(/^certificate request: /);
  expect(error.fault).toBe(fault);
});

test('a request signed by another key than its own is refused', async () => {
  const [mine, theirs] = [await makeKeys(), await makeKeys()];
  const request = await x509.Pkcs10CertificateRequestGenerator.create({
    keys: { publicKey: theirs.publicKey, privateKey: mine.privateKey },
    signingAlgorithm: { name: 'ECDSA', hash: 'SHA-256' },
  });
  expect(refusalOf(request.toString('pem'))).toMatchObject({
    fault: 'signature',
    message: 'certificate request: the signature does not verify',
  });
});

test('what is in BER, but not in DER, is refused', async () => {
  const der = await derOfRequest();
  expect(der[1]).toBe(0x82);
  const looser = Buffer.concat([Buffer.of(0x30, 0x83, 0x00), der.subarray(2)]);
  expect(refusalOf(pem('CERTIFICATE REQUEST', looser)).message).toContain('could have been written shorter');
  const indefinite = Buffer.concat([Buffer.of(0x30, 0x80), der.subarray(4), Buffer.of(0, 0)]);
  expect(refusalOf(pem('CERTIFICATE REQUEST', indefinite)).message).toContain('could have been written shorter');
  expect(refusalOf(pem('CERTIFICATE REQUEST', Buffer.concat([der, Buffer.of(0)]))).fault).toBe('malformed');
});

test('what nests deeper than any request is not followed', () => {
  const nest = (depth: number): Buffer =>
    Buffer.from(Array.from({ length: depth }, (_, i) => [0x30, 2 * (depth - 1 - i)]).flat());
  expect(refusalOf(pem('CERTIFICATE REQUEST', nest(20))).message).not.toContain('depth');
  expect(refusalOf(pem('CERTIFICATE REQUEST', nest(40))).message).toContain('Max depth exceeded');
});

test('a signature algorithm that belongs to another kind of key is refused', async () => {
  const [content, , signature] = partsOf(decode(await derOfRequest()), TAG.sequence, 'request');
  const changed = encode(sequence(content!, sequence(oid(OID.ecdsaWithSha256)), signature!));
  expect(refusalOf(pem('CERTIFICATE REQUEST', changed)).message).toBe(
    'certificate request: the signature is by an algorithm that does not go with its key (RSA)',
  );
});

test('names that are given twice are refused: it is not for us to choose', async () => {
  const twice = await makeRequest({
    extensions: [names({ type: 'url', value: CART_URI }), names({ type: 'dns', value: 'x' })],
  });
  expect(refusalOf(twice).message).toBe('certificate request: the extension 2.5.29.17 is there twice');
});

test('a bit that is flipped anywhere is noticed', async () => {
  const der = await derOfRequest();
  for (let bit = 0; bit < der.length * 8; bit++) {
    const flipped = Buffer.from(der);
    flipped[bit >> 3]! ^= 1 << (bit & 7);
    refusalOf(pem('CERTIFICATE REQUEST', flipped));
  }
});

test('whatever comes instead of a request is refused with a reason, and nothing else happens', async () => {
  const der = await derOfRequest();
  const at = fc.nat(der.length - 1);
  const bytes = fc.uint8Array({ maxLength: 64 }).map((array) => Buffer.from(array));
  const spliced = fc
    .tuple(at, fc.nat(40), bytes)
    .map(([from, length, other]) => Buffer.concat([der.subarray(0, from), other, der.subarray(from + length)]));
  const junk = fc.oneof(
    spliced,
    at.map((end) => der.subarray(0, end)),
    bytes,
    nested(),
    hugeLengths(der),
    otherOids(der),
  );
  fc.assert(
    fc.property(junk, (broken) => {
      if (!broken.equals(der)) refusalOf(pem('CERTIFICATE REQUEST', broken));
    }),
    { numRuns: 3000 },
  );
});

test('whatever text comes instead of a request is refused with a reason', async () => {
  const request = await makeRequest();
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.tuple(fc.nat(request.length), fc.string()).map(([i, s]) => request.slice(0, i) + s + request.slice(i + 1)),
    fc
      .array(fc.constantFrom('-----BEGIN ', '-----', 'CERTIFICATE REQUEST', '-----END ', '\n', 'AAAA', '='))
      .map((all) => all.join('')),
  );
  fc.assert(
    fc.property(text, (broken) => {
      try {
        // Spaces and line ends within the text mean nothing.
        expect(parseCertificateRequest(broken).uris).toEqual([CART_URI]);
      } catch (error) {
        expect(error).toBeInstanceOf(CertificateRequestError);
      }
    }),
    { numRuns: 2000 },
  );
});

/** Sequences in sequences, up to thousands deep. */
function nested(): fc.Arbitrary<Buffer> {
  return fc
    .tuple(fc.integer({ min: 1, max: 4000 }), fc.constantFrom(0x30, 0x31, 0xa0, 0x23, 0x24))
    .map(([depth, tag]) => {
      const indefinite = Array.from({ length: depth }, () => [tag, 0x80]).flat();
      return Buffer.from([...indefinite, ...Array(depth * 2).fill(0)]);
    });
}

function hugeLengths(der: Buffer): fc.Arbitrary<Buffer> {
  return fc.tuple(fc.nat(der.length - 2), fc.integer({ min: 0x80, max: 0xff })).map(([i, length]) => {
    const changed = Buffer.from(der);
    changed[i + 1] = length;
    changed.fill(0xff, i + 2, Math.min(der.length, i + 2 + (length & 0x0f)));
    return changed;
  });
}

/** Each object identifier by one of the same length. */
function otherOids(der: Buffer): fc.Arbitrary<Buffer> {
  const places = [...der.keys()].filter((i) => der[i] === 6 && der[i + 1]! > 2 && der[i + 1]! < 12);
  return fc.tuple(fc.constantFrom(...places), fc.uint8Array({ minLength: 12, maxLength: 12 })).map(([i, other]) => {
    const changed = Buffer.from(der);
    changed.set(other.subarray(0, der[i + 1]), i + 2);
    return changed;
  });
}

async function derOfRequest(): Promise<Buffer> {
  const text = (await makeRequest({ kind: 'RSA-2048' })).replaceAll(/-----.*-----|\s/g, '');
  return Buffer.from(text, 'base64');
}

/** Fails unless the request is refused in the way in which requests are. */
function refusalOf(text: string): CertificateRequestError {
  try {
    parseCertificateRequest(text);
  } catch (error) {
    if (error instanceof CertificateRequestError) return error;
    throw new Error(`not a refusal, but an accident with ${JSON.stringify(text)}`, { cause: error });
  }
  throw new Error(`accepted: ${text}`);
}
