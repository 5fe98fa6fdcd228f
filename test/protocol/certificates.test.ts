import { X509Certificate } from 'node:crypto';
import { Client, credentials, status } from '@grpc/grpc-js';
import { expect, onTestFinished, test } from 'vitest';
import { makeRequest, names } from '../../src/ca/others.fixture.ts';
import { encodeMessage } from '../../src/proto/index.ts';
import { type SecurelyServed, serveForTest } from '../support/served.ts';
import { until } from '../support/until.ts';
import { certificateClient, certificateOf, createCertificate } from './secure-clients.ts';

const DAY = 24 * 3_600_000;

async function proofOf(served: SecurelyServed, namespace: string, serviceAccount: string, bound = {}) {
  return { rootPem: served.rootPem, token: await served.token(namespace, serviceAccount, bound) };
}

const uris = (pem: string): string | undefined => new X509Certificate(pem).subjectAltName;

test('a caller is given a certificate of who it is: leaf first, roots last', async () => {
  const served = await serveForTest({ files: {}, secure: true });
  const { chain } = await createCertificate(served.securePort, await proofOf(served, 'shop', 'cart'), {
    csr: await makeRequest(),
  });
  expect(chain).toHaveLength(2);
  const [leaf, root] = chain.map((pem) => new X509Certificate(pem));
  expect(leaf!.subjectAltName).toBe('URI:spiffe://cluster.local/ns/shop/sa/cart');
  expect(leaf!.verify(root!.publicKey)).toBe(true);
  expect(chain[1]).toBe(served.rootPem);
  expect(served.events.filter(({ kind }) => kind === 'certificate-issued')).toMatchObject([
    { identity: { serviceAccount: 'cart' }, ignored: [] },
  ]);
});

test('a certificate is renewed with the certificate before it', async () => {
  const served = await serveForTest({ files: {}, secure: true });
  const proof = { rootPem: served.rootPem, certificate: certificateOf(served, 'shop', 'cart') };
  const { chain } = await createCertificate(served.securePort, proof, { csr: await makeRequest() });
  expect(uris(chain[0]!)).toBe('URI:spiffe://cluster.local/ns/shop/sa/cart');
});

test("a connection that outlives its certificate is nobody's", async () => {
  const served = await serveForTest({ files: {}, secure: true });
  const proof = { rootPem: served.rootPem, certificate: certificateOf(served, 'shop', 'cart', 2_000) };
  const client = certificateClient(served.securePort, proof);
  onTestFinished(client.close);
  const csr = await makeRequest();
  expect(await client({ csr })).toMatchObject({ code: status.OK });
  const refused = await until('it has expired', async () => {
    const answer = await client({ csr });
    return answer.code !== status.OK && answer;
  });
  expect(refused).toMatchObject({ code: status.UNAUTHENTICATED, details: expect.stringContaining('has expired') });
});

test('names in a request are ignored, whatever they are', async () => {
  const served = await serveForTest({ files: {}, secure: true });
  const csr = await makeRequest({
    subject: 'CN=admin',
    extensions: [
      names({ type: 'url', value: 'spiffe://cluster.local/ns/bank/sa/vault' }, { type: 'dns', value: 'bank.example' }),
    ],
  });
  const { chain } = await createCertificate(served.securePort, await proofOf(served, 'shop', 'cart'), { csr });
  expect(uris(chain[0]!)).toBe('URI:spiffe://cluster.local/ns/shop/sa/cart');
  expect(new X509Certificate(chain[0]!).subject ?? '').not.toContain('admin');
  expect(served.events.filter(({ kind }) => kind === 'certificate-issued')).toMatchObject([
    { ignored: ['spiffe://cluster.local/ns/bank/sa/vault', 'DNS:bank.example'] },
  ]);
});

test('a certificate lives as long as was asked, and no longer than is given', async () => {
  const served = await serveForTest({ files: {}, secure: { workloadTtlMs: DAY, maxWorkloadTtlMs: 2 * DAY } });
  const proof = await proofOf(served, 'shop', 'cart');
  const lifeFor = async (validityDuration: number): Promise<number> => {
    const request = { csr: await makeRequest(), validityDuration: `${validityDuration}` };
    const { chain } = await createCertificate(served.securePort, proof, request);
    return (Date.parse(new X509Certificate(chain[0]!).validTo) - Date.now()) / 3_600_000;
  };
  expect(await lifeFor(0)).toBeCloseTo(24, 1);
  expect(await lifeFor(3_600)).toBeCloseTo(1, 1);
  expect(await lifeFor(10 * 24 * 3_600)).toBeCloseTo(48, 1);
});

test('who proves nothing is given nothing, and the plaintext port has no such service', async () => {
  const served = await serveForTest({ files: {}, secure: true });
  const request = { csr: await makeRequest() };
  const { rootPem } = served;
  expect(await createCertificate(served.securePort, { rootPem }, request)).toMatchObject({
    code: status.UNAUTHENTICATED,
    chain: [],
  });
  expect(await createCertificate(served.securePort, { rootPem, token: 'a.b.c' }, request)).toMatchObject({
    code: status.UNAUTHENTICATED,
  });
  const { token } = await proofOf(served, 'shop', 'cart');
  expect(await createCertificate(served.port, { rootPem, token, plaintext: true }, request)).toMatchObject({
    code: status.UNIMPLEMENTED,
  });
});

test.each<[string, object | Buffer, status, RegExp]>([
  ['no request at all', {}, status.INVALID_ARGUMENT, /no PEM block/],
  ['a request that is none', { csr: 'hello' }, status.INVALID_ARGUMENT, /no PEM block/],
  [
    'bytes that are no message',
    Buffer.from([0xff, 0xff]),
    status.INVALID_ARGUMENT,
    /not a certificate request message/,
  ],
  ['a negative life', { csr: '', validityDuration: '-1' }, status.INVALID_ARGUMENT, /must not be negative/],
  [
    'an identity that is none',
    { metadata: { ImpersonatedIdentity: 'bank/vault' } },
    status.INVALID_ARGUMENT,
    /spiffe:/,
  ],
  ['an identity that is no text', { metadata: { ImpersonatedIdentity: [1] } }, status.INVALID_ARGUMENT, /spiffe:/],
  ['too much', { csr: 'x'.repeat(70_000) }, status.RESOURCE_EXHAUSTED, /65536 are allowed/],
])('%s is refused with a reason', async (_, request, code, details) => {
  const served = await serveForTest({ files: {}, secure: true });
  const proof = await proofOf(served, 'shop', 'cart');
  const answer = await createCertificate(served.securePort, proof, request as Buffer);
  expect(answer).toMatchObject({ code, details: expect.stringMatching(details) });
});

const PODS = ['cart', 'reviews'].map(
  (account, i) => `---
apiVersion: v1
kind: Pod
metadata: { name: ${account}-1, namespace: shop }
spec: { serviceAccountName: ${account}, nodeName: node-${i + 1}, containers: [{ name: app }] }
status: { podIP: 10.0.0.${i + 1}, phase: Running }
`,
);

test('a listed proxy of a node is given certificates of the Pods on its node, and of no others; who is not listed, none', async () => {
  const served = await serveForTest({
    files: { 'mesh.yaml': PODS.join('') },
    secure: { trustedNodeAccounts: ['istio-system/ztunnel'] },
  });
  const csr = await makeRequest();
  const asking = async (caller: readonly [string, string, object?], account: string) => {
    const metadata = { ImpersonatedIdentity: `spiffe://cluster.local/ns/shop/sa/${account}` };
    return createCertificate(served.securePort, await proofOf(served, ...caller), { csr, metadata });
  };
  const ztunnel = ['istio-system', 'ztunnel', { node: 'node-1' }] as const;
  const { chain } = await asking(ztunnel, 'cart');
  expect(uris(chain[0]!)).toBe('URI:spiffe://cluster.local/ns/shop/sa/cart');
  const denied = { code: status.PERMISSION_DENIED, chain: [] };
  expect(await asking(ztunnel, 'reviews')).toMatchObject(denied);
  expect(await asking(['istio-system', 'ztunnel'], 'cart')).toMatchObject(denied);
  expect(await asking(['shop', 'reviews', { node: 'node-1' }], 'cart')).toMatchObject(denied);
});

test('who asks too often is told when to come again, and others are served', async () => {
  const served = await serveForTest({
    files: {},
    secure: { certificateLimits: { perIdentity: { burst: 2, perSecond: 0.001 } } },
  });
  const csr = await makeRequest();
  const greedy = await proofOf(served, 'shop', 'cart');
  const codes = [];
  for (let i = 0; i < 3; i++) codes.push(await createCertificate(served.securePort, greedy, { csr }));
  expect(codes.map(({ code }) => code)).toEqual([status.OK, status.OK, status.RESOURCE_EXHAUSTED]);
  expect(codes[2]!.details).toMatch(/of spiffe:\/\/cluster.local\/ns\/shop\/sa\/cart: try again in \d+ ms/);
  const other = await proofOf(served, 'shop', 'reviews');
  expect(await createCertificate(served.securePort, other, { csr })).toMatchObject({ code: status.OK });
});

test('1,000 requests that were tampered with are each answered with a clear code, and pharos serves on', async () => {
  const served = await serveForTest({
    files: {},
    secure: {
      certificateLimits: { perIdentity: { burst: 5_000, perSecond: 1 }, overall: { burst: 5_000, perSecond: 1 } },
    },
  });
  const proof = await proofOf(served, 'shop', 'cart');
  const csr = await makeRequest();
  const client = certificateClient(served.securePort, proof);
  const tamper = tampering(csr);
  const counts = new Map<status, number>();
  for (let round = 0; round < 50; round++) {
    const answers = await Promise.all(Array.from({ length: 20 }, () => client(tamper())));
    for (const { code, chain } of answers) {
      counts.set(code, (counts.get(code) ?? 0) + 1);
      if (code === status.OK) expect(uris(chain[0]!)).toBe('URI:spiffe://cluster.local/ns/shop/sa/cart');
    }
  }
  const allowed = [status.OK, status.INVALID_ARGUMENT, status.PERMISSION_DENIED];
  expect([...counts.keys()].filter((code) => !allowed.includes(code))).toEqual([]);
  expect(counts.get(status.INVALID_ARGUMENT)).toBeGreaterThan(500);
  expect(served.events.filter(({ kind }) => kind === 'crashed')).toEqual([]);
  expect(await client({ csr })).toMatchObject({ code: status.OK });
  client.close();
});

test('health is told on the secure port too, to everybody', async () => {
  const served = await serveForTest({ files: {}, secure: true });
  const client = new Client(`127.0.0.1:${served.securePort}`, credentials.createSsl(Buffer.from(served.rootPem)), {
    'grpc.ssl_target_name_override': 'localhost',
  });
  const same = (bytes: Buffer): Buffer => bytes;
  const state = await new Promise((resolve) => {
    client.makeUnaryRequest('/grpc.health.v1.Health/Check', same, same, Buffer.alloc(0), (error, response) =>
      resolve(error?.details ?? [...response!]),
    );
  });
  client.close();
  expect(state).toEqual([0x08, 1]);
});

test("certificates given and refused, and the end of the root, are counted under istiod's names", async () => {
  const served = await serveForTest({ files: {}, secure: true });
  const proof = await proofOf(served, 'shop', 'cart');
  await createCertificate(served.securePort, proof, { csr: await makeRequest() });
  await createCertificate(served.securePort, proof, { csr: 'hello' });
  await createCertificate(served.securePort, { rootPem: served.rootPem }, {});
  const { host, port } = served.serving.admin;
  const text = await (await fetch(`http://${host}:${port}/metrics`)).text();
  expect(text).toContain('citadel_server_csr_count 3\n');
  expect(text).toContain('citadel_server_success_cert_issuance_count 1\n');
  expect(text).toContain('citadel_server_csr_parsing_err_count 1\n');
  expect(text).toContain('citadel_server_authentication_failure_count 1\n');
  const [, seconds] = /^citadel_server_root_cert_expiry_timestamp (\S+)$/m.exec(text)!;
  expect(Number(seconds)).toBeGreaterThan(Date.now() / 1000 + 9 * 365 * 24 * 3_600);
});

/** Changes a request, each time in another way: its message, its text, or its DER. The same ones in every run. */
function tampering(csr: string): () => Buffer {
  let seed = 42;
  const below = (limit: number): number => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff;
    return (seed >>> 8) % limit;
  };
  const flip = (bytes: Buffer): Buffer => {
    const changed = Buffer.from(bytes);
    for (let i = 0; i <= below(4); i++) changed[below(changed.length)] = below(256);
    return changed;
  };
  const wrap = (text: string): Buffer =>
    Buffer.from(encodeMessage('istio.v1.auth.IstioCertificateRequest', { csr: text }));
  const der = Buffer.from(csr.replace(/-----.*-----|\s/g, ''), 'base64');
  const pem = (bytes: Buffer): string =>
    `-----BEGIN CERTIFICATE REQUEST-----\n${bytes.toString('base64')}\n-----END CERTIFICATE REQUEST-----\n`;
  const ways = [
    () => flip(wrap(csr)),
    () => wrap(flip(Buffer.from(csr)).toString('latin1')),
    () => wrap(pem(flip(der))),
    () => wrap(pem(der.subarray(0, below(der.length)))),
    () => wrap(pem(Buffer.concat([der.subarray(0, below(der.length)), der.subarray(below(der.length))]))),
    () => Buffer.from(Array.from({ length: below(300) }, () => below(256))),
  ];
  return () => ways[below(ways.length)]!();
}
