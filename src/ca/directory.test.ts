import { chmodSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { until } from '../../test/support/until.ts';
import type { Authority, DirectoryOptions } from './authority.ts';
import { openAuthority } from './index.ts';
import { CART, folder, HOUR, type Holder, makeAuthority, makeCrl, NOW } from './others.fixture.ts';

async function open(directory: string, options: Partial<DirectoryOptions> = {}): Promise<Authority> {
  const authority = await openAuthority({ source: { kind: 'directory', directory }, clock: () => NOW, ...options });
  onTestFinished(authority.close);
  return authority;
}

function put(directory: string, files: Record<string, string>): void {
  mkdirSync(directory, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text, { mode: 0o600 });
}

function filesOf({ pem, keyPem }: Holder, roots = pem): Record<string, string> {
  return { 'ca-cert.pem': pem, 'ca-key.pem': keyPem, 'root-cert.pem': roots };
}

/** As a kubelet mounts a Secret: names lead over `..data`, which is replaced as a whole. */
function mount(directory: string, version: string, files: Record<string, string>): void {
  put(join(directory, `..${version}`), files);
  symlinkSync(`..${version}`, join(directory, '..data_tmp'));
  renameSync(join(directory, '..data_tmp'), join(directory, '..data'));
  for (const name of Object.keys(files)) {
    rmSync(join(directory, name), { force: true });
    symlinkSync(join('..data', name), join(directory, name));
  }
}

test('files that are replaced one after the other are in force without a restart, and half of them is no problem', async () => {
  const directory = folder();
  const [first, second] = [await makeAuthority('first'), await makeAuthority('second')];
  put(directory, filesOf(first));
  const problems: string[] = [];
  const authority = await open(directory, { onProblem: (text) => problems.push(text) });
  expect(authority.issue(CART).rootsPem).toBe(first.pem);
  let changes = 0;
  authority.onChange(() => changes++);
  put(directory, filesOf(second, second.pem + first.pem));
  await until('the second signs', () => authority.issue(CART).rootsPem === second.pem + first.pem);
  expect(authority.describe().signer.subject).toBe('CN=second');
  expect(changes).toBeGreaterThan(0);
  expect(problems).toEqual([]);
});

test('a mounted Secret is replaced as a whole', async () => {
  const directory = folder();
  const [first, second] = [await makeAuthority('first'), await makeAuthority('second')];
  mount(directory, 'one', filesOf(first));
  const problems: string[] = [];
  const authority = await open(directory, { onProblem: (text) => problems.push(text) });
  mount(directory, 'two', filesOf(second));
  await until('the second signs', () => authority.describe().signer.subject === 'CN=second');
  expect(problems).toEqual([]);
});

test('all files of a mount are read from one version of it', async () => {
  const directory = folder();
  mount(directory, 'one', filesOf(await makeAuthority('one')));
  put(join(directory, '..two'), filesOf(await makeAuthority('two')));
  rmSync(join(directory, 'ca-key.pem'));
  symlinkSync('..two/ca-key.pem', join(directory, 'ca-key.pem'));
  expect((await open(directory)).describe().signer.subject).toBe('CN=one');
});

test('what is of no use is reported once, and what was there before stays in force', async () => {
  const directory = folder();
  const [first, second] = [await makeAuthority('first'), await makeAuthority('second')];
  put(directory, filesOf(first));
  const problems: string[] = [];
  const authority = await open(directory, { onProblem: (text) => problems.push(text), lookEveryMs: 20 });
  let changes = 0;
  authority.onChange(() => changes++);
  put(directory, { 'ca-key.pem': second.keyPem });
  await until('it is reported', () => problems.length > 0);
  expect(authority.issue(CART).rootsPem).toBe(first.pem);
  rmSync(directory, { recursive: true });
  await until('the next problem is reported', () => problems.length > 1);
  expect(problems).toEqual([
    'ca-key.pem: not the key of "CN=first" in ca-cert.pem',
    'neither ca-key.pem nor tls.key is there',
  ]);
  expect(authority.issue(CART).rootsPem).toBe(first.pem);
  expect(changes).toBe(0);
  put(directory, filesOf(second));
  await until('it is right again', () => authority.describe().signer.subject === 'CN=second');
  expect(problems).toHaveLength(2);
});

test('a root is rotated by files: believed first, then signing, then the old one is gone', async () => {
  const directory = folder();
  const [old, next] = [await makeAuthority('old'), await makeAuthority('next')];
  put(directory, filesOf(old));
  const authority = await open(directory);
  const subjects = (): string[] => authority.describe().roots.map(({ subject }) => subject);

  put(directory, { 'root-cert.pem': old.pem + next.pem });
  await until('both are believed', () => subjects().length === 2);
  expect(authority.describe().signer.subject).toBe('CN=old');

  put(directory, filesOf(next, old.pem + next.pem));
  await until('the next one signs', () => authority.describe().signer.subject === 'CN=next');
  expect(subjects()).toEqual(['CN=old', 'CN=next']);

  put(directory, { 'root-cert.pem': next.pem });
  await until('the old one is gone', () => subjects().length === 1);
});

test('earlier roots may lie in a file or a directory of their own, and are watched there', async () => {
  const home = folder();
  const [root, ...earlier] = await Promise.all(['root', 'one', 'two'].map((name) => makeAuthority(name)));
  put(join(home, 'ca'), filesOf(root!));
  put(join(home, 'earlier'), {
    'one.pem': earlier[0]!.pem,
    'two.crt': earlier[1]!.pem,
    'notes.txt': 'not a certificate',
  });
  const source = { kind: 'directory', directory: join(home, 'ca'), earlierRoots: join(home, 'earlier') } as const;
  const authority = await open('', { source });
  const subjects = (): string[] => authority.describe().roots.map(({ subject }) => subject);
  expect(subjects()).toEqual(['CN=root', 'CN=one', 'CN=two']);
  rmSync(join(home, 'earlier', 'one.pem'));
  await until('one is gone', () => subjects().length === 2);

  const file = await open('', { source: { ...source, earlierRoots: join(home, 'earlier', 'two.crt') } });
  expect(file.trust().rootsPem).toBe(root!.pem + earlier[1]!.pem);
  const missing = { ...source, earlierRoots: join(home, 'nowhere') };
  await expect(open('', { source: missing })).rejects.toThrow(`${missing.earlierRoots}: no such file`);
});

test('a list of revocations that comes later counts', async () => {
  const directory = folder();
  const root = await makeAuthority('root');
  put(directory, filesOf(root));
  const authority = await open(directory);
  put(directory, { 'ca-crl.pem': await makeCrl(root, ['0a']) });
  await until('the list is there', () => authority.trust().crlPem !== undefined);
});

test('a key that everybody may read is used, as Kubernetes mounts it so, and said once', async () => {
  const directory = folder();
  put(directory, filesOf(await makeAuthority('root')));
  chmodSync(join(directory, 'ca-key.pem'), 0o644);
  const warnings: string[] = [];
  const authority = await open(directory, { onWarning: (text) => warnings.push(text), lookEveryMs: 5 });
  put(directory, filesOf(await makeAuthority('other')));
  await until('it was read again', () => authority.describe().signer.subject === 'CN=other');
  expect(warnings).toEqual([
    expect.stringMatching(/ca-key.pem: everybody on this machine may read the key; chmod 600 /),
  ]);
});

test('a signer whose end comes near is said while nothing changes', async () => {
  const directory = folder();
  let now = NOW;
  put(directory, filesOf(await makeAuthority('root', { notAfter: NOW + 100 * HOUR })));
  const warnings: string[] = [];
  const authority = await open(directory, {
    clock: () => now,
    onWarning: (text) => warnings.push(text),
    lookEveryMs: 5,
  });
  expect(warnings).toEqual([]);
  now = authority.describe().signer.notAfterMs - HOUR;
  await until('it is said', () => warnings.length > 0);
  expect(warnings[0]).toMatch(/^"CN=root" can sign only until .*: replace it before$/);
});

test('a directory without an authority is refused', async () => {
  await expect(open(folder())).rejects.toThrow('neither ca-key.pem nor tls.key is there');
});
