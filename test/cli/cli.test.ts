import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { folder } from '../support/folder.ts';
import { secretYaml } from '../support/secret-yaml.ts';

const MAIN = join(import.meta.dirname, '../../src/main.ts');
const CANARY = join(import.meta.dirname, '../../examples/canary');

/** Made for this test; it held in 2020. */
const EXPIRED = `-----BEGIN CERTIFICATE-----
MIIBFzCBv6ADAgECAgEBMAoGCCqGSM49BAMCMBQxEjAQBgNVBAMTCXRlc3Qgb25s
eTAeFw0yMDAxMDEwMDAwMDBaFw0yMTAxMDEwMDAwMDBaMBQxEjAQBgNVBAMTCXRl
c3Qgb25seTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABNKiTwxWsheyl5Vzl6Zc
dpgmVjKERErReReT5uQs8mr41KS3aGfI/yS/wZXjJPzactTYkMxBXVKq7qSFvy0i
kuujAjAAMAoGCCqGSM49BAMCA0cAMEQCIE/XhPGoCtz2XwuRXxAiLm0iqpPWWR01
RC1/JxbyCLA3AiB73YvLau7G5F+dGX4gsOr2O3uJOGgCwWNCEYgVYuI0xA==
-----END CERTIFICATE-----
`;

function pharos(...args: readonly string[]): { status: number | null; out: string; err: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args], {
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1' },
  });
  return { status, out: stdout, err: stderr };
}

test('an example without mistakes is checked with exit code 0', () => {
  expect(pharos('check', CANARY)).toMatchObject({ status: 0, err: '' });
});

test('a misspelled key is shown with its place and what was meant, and exits with 1', () => {
  const { root, write } = folder();
  const yaml = `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: cart }
spec:
  hosts: [cart]
  http:
    - retrys: { attempts: 3 }
      route: [{ destination: { host: cart } }]
`;
  write('cart.yaml', yaml);
  const { status, out } = pharos('check', root);
  expect(status).toBe(1);
  expect(out).toContain('cart.yaml:7:7 error VirtualService default/cart spec.http[0].retrys');
  expect(out).toContain('retries');
  const { out: json } = pharos('check', root, '--output', 'json');
  const { problems } = JSON.parse(json) as { problems: { line: number; code: string }[] };
  expect(problems).toContainEqual(expect.objectContaining({ line: 7, code: 'unknown-field', severity: 'error' }));
});

test('a certificate that has expired is a warning at its line, and no error', () => {
  const { root, write } = folder();
  write('secret.yaml', secretYaml('cart', 'shop', { 'ca.crt': EXPIRED }));
  const { status, out } = pharos('check', root);
  expect(status).toBe(0);
  expect(out).toMatch(/secret\.yaml:6:\d+ warning Secret shop\/cart .* the certificate expired on 2021-01-01/);
});

test('the support table says of each field whether it is applied, and why not', () => {
  const { out } = pharos('check', '--support');
  expect(out).toMatch(/applied {2}spec\.http\[\]\.timeout/);
  expect(out).toMatch(/not yet {2}spec\.workloadSelector.*: /);
});

test('a proxy is translated for without one', () => {
  const { status, out } = pharos(
    'translate',
    CANARY,
    '--proxy',
    'router/gateway.bookinfo',
    '--label',
    'istio=ingressgateway',
    '--type',
    'rds',
  );
  expect(status).toBe(0);
  expect(out).toContain('name: http.8080');
  expect(out).toContain('cluster: outbound|80|v2|reviews.bookinfo.svc.cluster.local');
});

test('a bootstrap names the gateway and where pharos is', () => {
  const { out } = pharos('bootstrap', '--gateway', 'edge', '--xds', 'pharos.mesh:15010', '--output', 'json');
  expect(JSON.parse(out)).toMatchObject({
    node: { id: 'router~127.0.0.1~edge.istio-system~istio-system.svc.cluster.local' },
  });
});

test.each([
  [['check', 'nowhere'], 'nowhere: there is no such file or directory'],
  [['check'], 'which directory'],
  [['translate', CANARY, '--proxy', 'foo'], '--proxy must be sidecar/NAME.NAMESPACE or router/NAME.NAMESPACE'],
  [['translate', CANARY, '--proxy', 'sidecar/a.bookinfo', '--name', 'x'], 'would be sent no resource named x'],
  [['bootstrap'], 'give --gateway NAME, --gateway-class CLASS or --sidecar NAME'],
  [['bootstrap', '--gateway', 'edge', '--xds', 'x'], 'must be HOST:PORT'],
  [['serve'], "missing required argument 'directory'"],
  [['frobnicate'], "unknown command 'frobnicate'"],
] as const)('%j is used wrongly: told in words, without a stack, with exit code 2', (args, message) => {
  const { status, err } = pharos(...args);
  expect(status).toBe(2);
  expect(err).toContain(message);
  expect(err).not.toMatch(/\n {4}at /);
});

test.each(['serve', 'check', 'translate', 'bootstrap', 'demo'])('%s --help has examples', (command) => {
  expect(pharos(command, '--help').out).toContain('Examples:');
});

test('npm start takes a directory, and has one if nobody says', () => {
  const { scripts } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'));
  expect(pharos('demo', '--help').out).toContain('(default: "examples/canary")');
  expect(scripts.start).toMatch(/src\/main\.ts demo$/);
});
