import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { xdsTypes } from '../../src/proto/index.ts';
import { BOOKS, CA, SHOP, SHORT_RSA } from '../support/certificates.ts';
import { gatewayYaml, routeYaml } from '../support/router.ts';
import { secretYaml } from '../support/secret-yaml.ts';
import { serveForTest } from '../support/served.ts';
import type { NodeSaid, TestProxy } from '../support/test-proxy.ts';
import { until } from '../support/until.ts';
import { secretsOf, secureProxy } from './secure-clients.ts';

const MAIN = join(import.meta.dirname, '../../src/main.ts');

/** One Secret that is right, three that are wrong in ways that are told, and one that nobody reads. */
const MESH = [
  gatewayYaml(
    '{ port: { number: 8443, name: https, protocol: HTTPS }, hosts: [shop.example], tls: { mode: MUTUAL, credentialName: shop } }',
    '{ port: { number: 8444, name: mixed, protocol: HTTPS }, hosts: [shop.example], tls: { mode: SIMPLE, credentialName: mixed } }',
  ),
  routeYaml('shop.example', 'http: [{ directResponse: { status: 200 } }]'),
  secretYaml('shop', 'edge', { 'tls.crt': SHOP.cert, 'tls.key': SHOP.key, 'ca.crt': CA }),
  secretYaml('mixed', 'edge', { 'tls.crt': SHOP.cert, 'tls.key': BOOKS.key }),
  secretYaml('short', 'edge', { 'tls.crt': SHORT_RSA.cert, 'tls.key': SHORT_RSA.key }),
  secretYaml('torn', 'edge', { 'tls.crt': SHOP.cert, 'tls.key': SHOP.key.slice(0, 100) }),
  secretYaml('password', 'edge', { password: 'p@ssw0rd', key: 'p@ssw0rd' }),
].join('');

/** Any line of a key, as it is and in either base64 of it, is too much. */
function assertNothingOf(text: string, keys: readonly string[], where: string): void {
  const lines = keys.flatMap((key) => key.split('\n').filter((line) => line.length > 30 && !line.startsWith('-----')));
  const encoded = keys.map((key) => Buffer.from(key).toString('base64').slice(40, 100));
  const found = [...lines, ...encoded, 'p@ssw0rd'].filter((part) => text.includes(part));
  expect(found, where).toEqual([]);
}

const NODE = {
  id: 'router~127.0.0.1~gateway.edge~edge.svc.cluster.local',
  metadata: { NAMESPACE: 'edge', LABELS: { app: 'edge' } },
} as NodeSaid;

const KEYS = [SHOP.key, BOOKS.key, SHORT_RSA.key];

test.each(xdsTypes)('`pharos translate --type %s` shows no key', (type) => {
  const directory = folderOf(MESH);
  const args = ['--proxy', 'router/gateway.edge', '--label', 'app=edge', '--service-account', 'gateway'];
  const protocol = ['--protocol', 'delta'];
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [MAIN, 'translate', directory, ...args, ...protocol, '--type', type],
    { encoding: 'utf8' },
  );
  assertNothingOf(stdout + stderr, KEYS, type);
  if (type === 'sds') expect(stdout).toContain('[redacted]');
});

test('`pharos check` shows no key', () => {
  const { stdout, stderr } = spawnSync(process.execPath, [MAIN, 'check', folderOf(MESH)], { encoding: 'utf8' });
  expect(stdout).toContain('is not the key of the certificate');
  assertNothingOf(stdout + stderr, KEYS, 'check');
});

test('no admin page, problem, event or line of the log shows a key, whatever it is asked', async () => {
  let log = '';
  const served = await serveForTest({
    files: { 'mesh.yaml': MESH },
    secure: true,
    log: pino({ level: 'trace' }, { write: (line: string) => (log += line) }),
  });
  const { serving, events } = served;
  const token = await served.token('edge', 'gateway');
  const proxy = secureProxy(served, 'delta', NODE, { token });
  const names = ['default', 'ROOTCA', 'kubernetes://shop', 'kubernetes://shop-cacert'];
  proxy.subscribe('lds');
  proxy.subscribe('cds');
  proxy.subscribe('sds', ...names);
  await until('its secrets are there', () => names.every((name) => secretsOf(proxy).has(name)));

  // The keys are real on the wire, so that looking for them elsewhere says something.
  const onWire = keyOf(proxy, 'kubernetes://shop');
  expect(onWire).toBe(SHOP.key);
  const keys = [...KEYS, keyOf(proxy, 'default'), token];

  const get = async (path: string): Promise<string> =>
    (await fetch(`http://127.0.0.1:${serving.admin.port}${path}`)).text();
  const pages = ['/', '/metrics', '/debug/problems', '/debug/proxies', '/debug/config_dump?proxy=gateway'];
  const why = names.map((name) => `/debug/why?proxy=gateway&resource=${encodeURIComponent(name)}`);
  const lost = ['/debug/why?proxy=gateway&resource=kubernetes://shp', '/debug/config_dump?proxy=shop'];
  for (const path of [...pages, ...why, ...lost]) assertNothingOf(await get(path), keys, path);
  expect(await get('/debug/config_dump?proxy=gateway')).toContain('[redacted]');
  expect(await get(why[2]!)).toContain('[redacted]');

  proxy.reply = () => ({ error: 'kubernetes://shop: no' });
  const before = secretYaml('shop', 'edge', { 'tls.crt': SHOP.cert, 'tls.key': SHOP.key, 'ca.crt': CA });
  const after = secretYaml('shop', 'edge', { 'tls.crt': BOOKS.cert, 'tls.key': BOOKS.key, 'ca.crt': CA });
  served.write('mesh.yaml', MESH.replace(before, after));
  await until('the new one is rejected', () => proxy.log.includes('sds rejected'));
  const { graph } = serving.controlPlane;
  const inputs = graph.explain(() => serving.controlPlane.translators.sds.resources(proxyView(serving)));
  assertNothingOf(JSON.stringify(inputs), keys, 'explain');
  assertNothingOf(JSON.stringify(serving.controlPlane.problems()), keys, 'problems');
  assertNothingOf(JSON.stringify(events, withoutBytes), keys, 'events');
  assertNothingOf(log, keys, 'log');
  expect(log).not.toBe('');
});

function proxyView(serving: { readonly proxies: () => readonly { readonly view: string }[] }): string {
  return serving.proxies()[0]!.view;
}

function keyOf(proxy: TestProxy, name: string): string {
  const secret = secretsOf(proxy).get(name) as { tlsCertificate?: { privateKey?: { inlineBytes?: string } } };
  return Buffer.from(secret.tlsCertificate?.privateKey?.inlineBytes ?? '', 'base64').toString();
}

/** Events may not hold bytes of resources either, in any form. */
function withoutBytes(_: string, value: unknown): unknown {
  return value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value;
}

function folderOf(text: string): string {
  const directory = mkdtempSync(join(tmpdir(), 'pharos-keys-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  writeFileSync(join(directory, 'mesh.yaml'), text);
  return directory;
}
