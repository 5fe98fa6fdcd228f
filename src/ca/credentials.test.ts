import { createPrivateKey, X509Certificate } from 'node:crypto';
import { expect, test } from 'vitest';
import { CART, cacerts, given, HOUR, type Kind, makeAuthority, makeCrl, NOW, openssl } from './others.fixture.ts';

test.each<Kind>(['P-256', 'P-384', 'RSA-2048', 'Ed25519'])(
  'an intermediate with a %s key signs, and openssl finds the way to the root',
  async (kind) => {
    const root = await makeAuthority('root');
    const upper = await makeAuthority('upper', { issuer: root });
    const lower = await makeAuthority('lower', { issuer: upper, kind });
    const { leafPem, intermediatesPem, rootsPem } = (await given(cacerts(root, lower, upper))).issue(CART);
    expect(intermediatesPem).toEqual([lower, upper].map(({ pem }) => pem));
    expect(rootsPem).toBe(root.pem);
    const verify = ['verify', '-attime', String(NOW / 1000), '-CAfile', 'roots.pem'];
    const files = { 'leaf.pem': leafPem, 'roots.pem': rootsPem, 'chain.pem': intermediatesPem.join('') };
    expect(openssl([...verify, '-untrusted', 'chain.pem', 'leaf.pem'], files)).toBe('leaf.pem: OK\n');
    expect(openssl([...verify, 'leaf.pem'], files)).toContain('verification failed');
  },
);

test('the chain is in order, whatever the order of the file', async () => {
  const root = await makeAuthority('root');
  const upper = await makeAuthority('upper', { issuer: root });
  const lower = await makeAuthority('lower', { issuer: upper });
  const files = { ...cacerts(root, lower), 'cert-chain.pem': root.pem + upper.pem + lower.pem };
  expect((await given(files)).issue(CART).intermediatesPem).toEqual([lower.pem, upper.pem]);
});

test('a root that signs itself stands in no chain', async () => {
  const root = await makeAuthority('root');
  expect((await given(cacerts(root))).issue(CART).intermediatesPem).toEqual([]);
});

test('the Secret of cert-manager is understood: the chain stands behind the certificate', async () => {
  const root = await makeAuthority('root');
  const upper = await makeAuthority('upper', { issuer: root });
  const lower = await makeAuthority('lower', { issuer: upper });
  const files = {
    'tls.crt': Buffer.from(lower.pem + upper.pem),
    'tls.key': Buffer.from(lower.keyPem),
    'ca.crt': Buffer.from(root.pem),
  };
  const { intermediatesPem, rootsPem } = (await given(files)).issue(CART);
  expect([intermediatesPem, rootsPem]).toEqual([[lower.pem, upper.pem], root.pem]);
});

test('the Secret of a self-signed issuer needs no ca.crt', async () => {
  const root = await makeAuthority('root');
  const authority = await given({ 'tls.crt': root.pem, 'tls.key': root.keyPem });
  expect(authority.trust().rootsPem).toBe(root.pem);
});

test('keys in the older forms of openssl are read', async () => {
  const root = await makeAuthority('root');
  const sec1 = createPrivateKey(root.keyPem).export({ type: 'sec1', format: 'pem' }) as string;
  const parameters = '-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n';
  expect((await given({ ...cacerts(root), 'ca-key.pem': parameters + sec1 })).issue(CART).leafPem).toContain('BEGIN');
});

test('what is signed lives no longer than any certificate above it', async () => {
  const root = await makeAuthority('root', { notAfter: NOW + HOUR });
  const signer = await makeAuthority('signer', { issuer: root, notBefore: NOW - 30_000 });
  const issued = (await given(cacerts(root, signer))).issue(CART);
  expect([issued.notBeforeMs, issued.notAfterMs]).toEqual([NOW - 30_000, NOW + HOUR]);
  const leaf = new X509Certificate(issued.leafPem);
  expect([leaf.validFromDate.getTime(), leaf.validToDate.getTime()]).toEqual([NOW - 30_000, NOW + HOUR]);
});

test('several roots are believed at once, each named once', async () => {
  const [root, next, earlier] = [
    await makeAuthority('root'),
    await makeAuthority('next'),
    await makeAuthority('earlier'),
  ];
  const files = {
    ...cacerts(root),
    'root-cert.pem': root.pem + next.pem + root.pem,
    'earlier-roots.pem': earlier.pem + next.pem,
  };
  const authority = await given(files);
  expect(authority.trust().rootsPem).toBe(root.pem + next.pem + earlier.pem);
  expect(authority.issue(CART).rootsPem).toBe(root.pem + next.pem + earlier.pem);
});

test('a signer with certificates by two roots sends the way to the one that is leaving', async () => {
  const [old, next] = [await makeAuthority('old'), await makeAuthority('next')];
  const bridge = await makeAuthority('next', { issuer: old, keys: next.keys });
  const files = { ...cacerts(next), 'root-cert.pem': next.pem + old.pem, 'cert-chain.pem': bridge.pem };
  const { leafPem, intermediatesPem } = (await given(files)).issue(CART);
  expect(intermediatesPem).toEqual([bridge.pem]);
  for (const root of [old, next]) {
    const all = { 'leaf.pem': leafPem, 'chain.pem': bridge.pem, 'root.pem': root.pem };
    const args = [
      'verify',
      '-attime',
      String(NOW / 1000),
      '-CAfile',
      'root.pem',
      '-untrusted',
      'chain.pem',
      'leaf.pem',
    ];
    expect(openssl(args, all)).toBe('leaf.pem: OK\n');
  }
});

test('a bridge to a root is sent only while it holds', async () => {
  const [old, next] = [await makeAuthority('old'), await makeAuthority('next')];
  const bridge = await makeAuthority('next', { issuer: old, keys: next.keys, notAfter: NOW - 1000 });
  const files = { ...cacerts(next), 'root-cert.pem': next.pem + old.pem, 'cert-chain.pem': bridge.pem };
  expect((await given(files)).issue(CART).intermediatesPem).toEqual([]);
});

test('what works, but should not stay, is said', async () => {
  const [root, gone, stranger] = [
    await makeAuthority('root'),
    await makeAuthority('gone', { notAfter: NOW - HOUR }),
    await makeAuthority('stranger'),
  ];
  const signer = await makeAuthority('signer', { issuer: root, notAfter: NOW + 2 * HOUR });
  const files = {
    ...cacerts(root, signer),
    'root-cert.pem': root.pem + gone.pem,
    'cert-chain.pem': signer.pem + stranger.pem,
    'ca-crl.pem':
      (await makeCrl(root, ['0a'], { nextUpdate: NOW - HOUR })) +
      (await makeCrl(await makeAuthority('elsewhere'), ['0b'])),
  };
  const warnings: string[] = [];
  const authority = await given(files, (text) => warnings.push(text));
  expect(warnings).toEqual([
    'root-cert.pem: "CN=gone" has expired, and is not believed any more',
    'cert-chain.pem: "CN=stranger" is on no way from the signer to a root, and not used',
    'ca-crl.pem: list 1 should have been replaced at 2026-05-31T23:00:00.000Z; it still counts',
    'ca-crl.pem: list 2 is signed by no authority that is known here; it counts where that one is met',
    'ca-crl.pem: no list in force of "CN=signer", "CN=root"; proxies would refuse whatever these signed, so they are given no list at all',
    '"CN=signer" can sign only until 2026-06-01T02:00:00.000Z: replace it before',
  ]);
  expect(authority.trust().rootsPem).toBe(root.pem);
});

test('files that are handed over later take the place of the first, unless they are of no use', async () => {
  const [first, second] = [await makeAuthority('first'), await makeAuthority('second')];
  const authority = await given(cacerts(first));
  let changes = 0;
  const end = authority.onChange(() => changes++);
  expect(() => authority.replace({ ...cacerts(second), 'ca-key.pem': first.keyPem })).toThrow(
    'ca-key.pem: not the key of "CN=second"',
  );
  expect([authority.trust().rootsPem, changes]).toEqual([first.pem, 0]);
  authority.replace(cacerts(second));
  expect([authority.issue(CART).rootsPem, changes]).toEqual([second.pem, 1]);
  end();
  authority.replace(cacerts(first));
  expect(changes).toBe(1);
});
