import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type BootstrapOptions, tokenSecretFile } from '../../src/translate/bootstrap/index.ts';
import { certificateOf } from '../protocol/secure-clients.ts';
import { envoyForTest, type RunningEnvoy, testBootstrap, validate } from '../support/envoy.ts';
import { type SecurelyServed, serveForTest } from '../support/served.ts';
import { until } from '../support/until.ts';

type Proof = NonNullable<BootstrapOptions['xds']['tls']>['proof'];

/** A server that shows the certificate of the gateway's own workload. */
const MESH = `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: edge, namespace: shop }
spec:
  selector: { istio: ingressgateway }
  servers: [{ port: { number: 8443, name: https, protocol: HTTPS }, tls: { mode: ISTIO_MUTUAL }, hosts: ["*"] }]
`;

function bootstrapOf(served: SecurelyServed, proof: Proof, more: Partial<BootstrapOptions> = {}): object {
  return testBootstrap({
    role: 'router',
    name: 'edge-1',
    namespace: 'shop',
    labels: { istio: 'ingressgateway' },
    addresses: ['127.0.0.1'],
    serviceAccount: 'edge',
    xds: { address: '127.0.0.1', port: served.securePort, tls: { rootsPem: served.rootPem, proof } },
    ...more,
  });
}

/** What Envoy shows of the workload's certificate. */
async function certificateIn(
  envoy: RunningEnvoy,
): Promise<{ readonly uri: string; readonly serial: string } | undefined> {
  const { certificates } = JSON.parse(await envoy.admin('/certs')) as { certificates: Shown[] };
  for (const { cert_chain: chain } of certificates) {
    const uri = chain?.[0]?.subject_alt_names[0]?.uri;
    if (uri) return { uri, serial: chain[0]!.serial_number };
  }
  return undefined;
}
interface Shown {
  readonly cert_chain?: readonly {
    readonly serial_number: string;
    readonly subject_alt_names: readonly { uri?: string }[];
  }[];
}

test.each(['delta', 'sotw'] as const)(
  'a stock Envoy with a token has its certificate over TLS, over %s, and shows no secret',
  async (protocol) => {
    const served = await serveForTest({ files: { 'mesh.yaml': MESH }, secure: true });
    const token = await served.token('shop', 'edge');
    const bootstrap = bootstrapOf(served, { kind: 'token', token }, { protocol });
    expect(await validate(bootstrap)).toBe('');
    const envoy = await envoyForTest({ bootstrap });
    await envoy.ready();
    const { uri } = await until('its certificate', () => certificateIn(envoy));
    expect(uri).toBe('spiffe://cluster.local/ns/shop/sa/edge');
    expect(served.serving.proxies()).toMatchObject([{ node: { identity: { serviceAccount: 'edge' } } }]);
    const dump = await envoy.admin('/config_dump');
    expect(dump).not.toContain(token);
    expect(dump).not.toContain('PRIVATE KEY');
  },
);

test('a stock Envoy proves itself with a certificate and a key in files', async () => {
  const served = await serveForTest({ files: { 'mesh.yaml': MESH }, secure: true });
  const folder = temporary();
  const { chain, key } = certificateOf(served, 'shop', 'edge');
  const [chainFile, keyFile] = [join(folder, 'chain.pem'), join(folder, 'key.pem')];
  writeFileSync(chainFile, chain);
  writeFileSync(keyFile, key);
  const envoy = await envoyForTest({ bootstrap: bootstrapOf(served, { kind: 'certificate', chainFile, keyFile }) });
  await envoy.ready();
  await until('its certificate', () => certificateIn(envoy));
  expect(served.serving.proxies()).toMatchObject([{ node: { identity: { serviceAccount: 'edge' } } }]);
});

test('a running Envoy takes a newer token from its file, and its certificate is rotated meanwhile', async () => {
  const served = await serveForTest({
    files: { 'mesh.yaml': MESH },
    secure: { expirySpreadMs: 0, workloadTtlMs: 4_000 },
  });
  const folder = temporary();
  const [file, secretFile] = [join(folder, 'token'), join(folder, 'token-secret.json')];
  const put = (token: string): void => {
    writeFileSync(join(folder, '.token'), `${token}\n`);
    renameSync(join(folder, '.token'), file);
  };
  put(await served.token('shop', 'edge', SOON));
  writeFileSync(secretFile, JSON.stringify(tokenSecretFile(file)));
  const envoy = await envoyForTest({ bootstrap: bootstrapOf(served, { kind: 'token-file', file, secretFile }) });
  await envoy.ready();
  const first = await until('its certificate', () => certificateIn(envoy));
  put(await served.token('shop', 'edge'));
  const streams = (kind: string) => served.events.filter((event) => event.kind === kind).length;
  await until('it comes back with another token', () => streams('disconnected') === 1 && streams('connected') === 2);
  await until('another certificate', async () => (await certificateIn(envoy))!.serial !== first.serial);
  expect(streams('unauthenticated')).toBe(0);
});

/** Is believed for two more seconds: half a minute is allowed for clocks that differ. */
const SOON = { ttlMs: -28_000 };

function temporary(): string {
  const directory = mkdtempSync(join(tmpdir(), 'pharos-envoy-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}
