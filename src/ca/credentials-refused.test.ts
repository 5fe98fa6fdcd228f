import { createPrivateKey } from 'node:crypto';
import { expect, test } from 'vitest';
import type { AuthorityFiles } from './authority.ts';
import { AuthorityError } from './index.ts';
import {
  cacerts,
  given,
  type Holder,
  keyPemOf,
  makeAuthority,
  makeCrl,
  makeKeys,
  makeLeaf,
  NOW,
  usage,
  x509,
} from './others.fixture.ts';

test.each<[string, (root: Holder) => Promise<Record<string, string | undefined>>, RegExp]>([
  [
    'nothing',
    async () => ({ 'ca-key.pem': undefined, 'ca-cert.pem': undefined }),
    /^neither ca-key.pem nor tls.key is there$/,
  ],
  ['both forms', async (root) => ({ 'tls.key': root.keyPem }), /^both ca-key.pem and tls.key are there/],
  ['no key', async () => ({ 'ca-key.pem': undefined }), /^ca-key.pem: no private key in PEM/],
  ['an encrypted key', encrypted, /^ca-key.pem: the key is encrypted; write it without a passphrase/],
  [
    'half a key',
    async (root) => ({ 'ca-key.pem': root.keyPem.slice(0, 90) }),
    /^ca-key.pem: PEM: a PEM block has no end/,
  ],
  [
    'a broken key',
    async (root) => ({ 'ca-key.pem': root.keyPem.replace(/\n.{40}/, `\n${'A'.repeat(40)}`) }),
    /^ca-key.pem: the private key cannot be read$/,
  ],
  [
    'another key',
    async () => ({ 'ca-key.pem': keyPemOf(await makeKeys()) }),
    /^ca-key.pem: not the key of "CN=root" in ca-cert.pem$/,
  ],
  [
    'a key of a kind that nobody takes',
    async () => only(await makeAuthority('root', { kind: 'P-521' })),
    /^ca-key.pem: the key is not of a kind that is accepted/,
  ],
  ['a certificate that is none', async () => ({ 'ca-cert.pem': 'hello' }), /^ca-cert.pem: no certificate in it$/],
  [
    'a broken certificate',
    async (root) => ({ 'ca-cert.pem': root.pem.replace('MI', 'AA') }),
    /^ca-cert.pem: certificate 1: /,
  ],
  [
    'no authority',
    async () => only(await makeAuthority('root', { extensions: [] })),
    /^root-cert.pem: "CN=root" is no certificate authority$/,
  ],
  [
    'a workload that would be an authority',
    async (root) => leafAsSigner(root),
    /^ca-cert.pem: the certificate \w+ is no certificate authority$/,
  ],
  [
    'an authority for other things',
    async () =>
      only(
        await makeAuthority('root', {
          extensions: [new x509.BasicConstraintsExtension(true), usage('digitalSignature')],
        }),
      ),
    /may not sign certificates/,
  ],
  [
    'an expired one',
    async () => only(await makeAuthority('root', { notAfter: NOW - 1000 })),
    /^ca-cert.pem: "CN=root" expired at 2026-05-31T23:59:59/,
  ],
  [
    'one for later',
    async () => only(await makeAuthority('root', { notBefore: NOW + 1000 })),
    /^ca-cert.pem: "CN=root" is valid only from 2026-06-01T00:00:01/,
  ],
  ['no root', async () => ({ 'root-cert.pem': '' }), /^root-cert.pem: no root certificate in it$/],
  [
    'another root',
    async () => ({ 'root-cert.pem': (await makeAuthority('stranger')).pem }),
    /^ca-cert.pem: no way to a root in root-cert.pem: "CN=root" is no root that is believed here$/,
  ],
  [
    'another root of the same name',
    async (root) => sameName(root),
    /^ca-cert.pem: no way to a root in root-cert.pem: the signature of "CN=signer" does not verify$/,
  ],
  [
    'a missing intermediate',
    async (root) => gap(root),
    /no way to a root in root-cert.pem: "CN=lower" was issued by nobody/,
  ],
  [
    'a list that is none',
    async () => ({ 'ca-crl.pem': '-----BEGIN X509 CRL-----\nMAA=\n-----END X509 CRL-----' }),
    /^ca-crl.pem: list 1: /,
  ],
  [
    'a certificate among the lists',
    async (root) => ({ 'ca-crl.pem': root.pem }),
    /^ca-crl.pem: a PEM block CERTIFICATE among/,
  ],
])('refused, naming the file: %s', async (_, change, message) => {
  const root = await makeAuthority('root');
  const files = Object.fromEntries(
    Object.entries({ ...cacerts(root), ...(await change(root)) }).filter(([, text]) => text !== undefined),
  );
  const error: Error = await given(files as AuthorityFiles).then(
    () => expect.fail('it was accepted'),
    (thrown) => thrown,
  );
  expect(error).toBeInstanceOf(AuthorityError);
  expect(error.message).toMatch(message);
  expect(error.message).not.toContain(root.keyPem.slice(60, 90));
});

function only(root: Holder): Record<string, string> {
  return cacerts(root);
}

async function encrypted(root: Holder) {
  return {
    'ca-key.pem': createPrivateKey(root.keyPem).export({
      type: 'pkcs8',
      format: 'pem',
      cipher: 'aes-256-cbc',
      passphrase: 'secret',
    }) as string,
  };
}

async function leafAsSigner(root: Holder) {
  const leaf = await makeLeaf(root);
  return { 'ca-cert.pem': leaf.pem, 'ca-key.pem': leaf.keyPem };
}

async function sameName(root: Holder) {
  const other = await makeAuthority('root');
  return {
    ...cacerts(root, await makeAuthority('signer', { issuer: root })),
    'root-cert.pem': other.pem,
    'cert-chain.pem': '',
  };
}

async function gap(root: Holder) {
  const upper = await makeAuthority('upper', { issuer: root });
  return cacerts(root, await makeAuthority('lower', { issuer: upper }));
}

test('a path that is longer than a root allows is refused when it is read', async () => {
  const limits = [new x509.BasicConstraintsExtension(true, 0, true), usage('keyCertSign')];
  const root = await makeAuthority('root', { extensions: limits });
  const signer = await makeAuthority('signer', { issuer: root });
  await expect(given(cacerts(root, signer))).rejects.toThrow('the issuer "CN=root" allows fewer authorities below it');
});

test('a list of revocations that means less than it seems to is refused', async () => {
  const root = await makeAuthority('root');
  const changesOnly = new x509.Extension('2.5.29.27', true, Uint8Array.of(2, 1, 1));
  const files = { ...cacerts(root), 'ca-crl.pem': await makeCrl(root, [], { extensions: [changesOnly] }) };
  await expect(given(files)).rejects.toThrow(
    'ca-crl.pem: list 1: the revocation list has an extension that is not understood (2.5.29.27)',
  );
});

test('a signer that is revoked signs nothing', async () => {
  const root = await makeAuthority('root');
  const signer = await makeAuthority('signer', { issuer: root });
  const files = { ...cacerts(root, signer), 'ca-crl.pem': await makeCrl(root, [signer.serial]) };
  await expect(given(files)).rejects.toThrow('"CN=signer" is revoked');
});
