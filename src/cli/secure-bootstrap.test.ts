import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { tlsOf } from './secure-bootstrap.ts';

const ROOTS = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';

function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'pharos-cli-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

test('without --secure there is no TLS, and what only TLS could use is a mistake', () => {
  expect(tlsOf({})).toBeUndefined();
  expect(() => tlsOf({ tokenFile: 'token' })).toThrow('--token-file says nothing on a plaintext connection');
});

test('a token is read by Envoy from its file, and is not in the bootstrap', () => {
  const folder = folderWith({ token: 'aaa.bbb.ccc\n', 'root.pem': ROOTS });
  const [tokenFile, root] = [join(folder, 'token'), join(folder, 'root.pem')];
  expect(tlsOf({ secure: true, tokenFile, root, serverName: 'pharos' })).toEqual({
    rootsPem: ROOTS,
    serverName: 'pharos',
    proof: { kind: 'token-file', file: tokenFile },
  });
});

test('--token-secret writes the file by which Envoy follows the token', () => {
  const folder = folderWith({ token: 'aaa.bbb.ccc', 'root.pem': ROOTS });
  const [tokenFile, tokenSecret] = [join(folder, 'token'), join(folder, 'token-secret.json')];
  const tls = tlsOf({ secure: true, tokenFile, tokenSecret, root: join(folder, 'root.pem') });
  expect(tls?.proof).toEqual({ kind: 'token-file', file: tokenFile, secretFile: tokenSecret });
  const written = readFileSync(tokenSecret, 'utf8');
  expect(JSON.parse(written)).toMatchObject({ resources: [{ generic_secret: { secret: { filename: tokenFile } } }] });
  expect(written).not.toContain('aaa.bbb.ccc');
});

test.each([
  [{}, 'how does it prove who it is?'],
  [{ cert: 'a.pem' }, 'how does it prove who it is?'],
  [{ cert: 'a.pem', key: 'a.key', tokenFile: 'token' }, 'how does it prove who it is?'],
  [{ tokenFile: 'missing' }, 'cannot read'],
  [{ tokenFile: 'key.pem' }, 'holds no token'],
  [{ cert: 'a.pem', key: 'a.key', root: 'key.pem' }, 'holds no certificate'],
])('%j is a mistake, and no key is shown', (options, message) => {
  const folder = folderWith({ 'root.pem': ROOTS, 'key.pem': '-----BEGIN PRIVATE KEY-----\nSECRET\n' });
  const paths = Object.fromEntries(Object.entries(options).map(([name, file]) => [name, join(folder, file)]));
  const ask = (): unknown => tlsOf({ secure: true, root: join(folder, 'root.pem'), ...paths });
  expect(ask).toThrow(message);
  expect(ask).not.toThrow('SECRET');
});
