import { spawn } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { until } from '../../test/support/until.ts';
import type { AuthorityOptions, OwnAuthority } from './authority.ts';
import { openAuthority } from './index.ts';
import { CART, DAY, folder, NOW, openssl } from './others.fixture.ts';

async function own(directory: string, options: AuthorityOptions = {}): Promise<OwnAuthority> {
  const authority = await openAuthority({ source: { kind: 'own', directory }, clock: () => NOW, ...options });
  onTestFinished(authority.close);
  return authority;
}

const rootOf = (authority: OwnAuthority): string => authority.describe().signer.fingerprint;
const modeOf = (path: string): number => statSync(path).mode & 0o777;
const chainOf = ({ leafPem, intermediatesPem }: { leafPem: string; intermediatesPem: readonly string[] }): Buffer[] =>
  [leafPem, ...intermediatesPem].map((pem) => new X509Certificate(pem).raw);

test('a restart keeps the root, and believes what was signed before', async () => {
  const directory = join(folder(), 'new', 'ca');
  const before = await own(directory);
  const certificate = before.issue(CART);
  before.close();
  const after = await own(directory);
  expect(rootOf(after)).toBe(rootOf(before));
  expect(after.trust()).toEqual(before.trust());
  expect(after.verify(chainOf(certificate), NOW)).toEqual({ ok: true, id: CART });
  expect(before.verify(chainOf(after.issue(CART)), NOW)).toEqual({ ok: true, id: CART });
});

test('nobody else may read the key, or look into a directory that was made for it', async () => {
  const directory = join(folder(), 'ca');
  await own(directory);
  expect(modeOf(directory)).toBe(0o700);
  expect(readdirSync(directory).sort()).toEqual(['ca-key.pem', 'root-cert.pem']);
  expect(readdirSync(directory).map((name) => modeOf(join(directory, name)))).toEqual([0o600, 0o600]);
});

test('a key that everybody may read is not used', async () => {
  const directory = folder();
  (await own(directory)).close();
  chmodSync(join(directory, 'ca-key.pem'), 0o644);
  await expect(own(directory)).rejects.toThrow(/ca-key.pem: everybody on this machine may read the key; chmod 600 /);
});

test('a directory in which everybody may write is not used', async () => {
  const directory = folder();
  chmodSync(directory, 0o777);
  await expect(own(directory)).rejects.toThrow(/everybody may write here; chmod o-w /);
});

test.each([
  ['ca-cert.pem', /^ca-cert.pem is there: this is an authority of your own/],
  ['tls.key', /^tls.key is there: this is an authority of your own/],
  ['root-cert.pem', /^root-cert.pem is there, but its key ca-key.pem is not$/],
])('no root is made beside somebody’s %s', async (name, message) => {
  const directory = folder();
  writeFileSync(join(directory, name), 'theirs', { mode: 0o600 });
  await expect(own(directory)).rejects.toThrow(message);
  expect(readdirSync(directory)).toEqual([name]);
});

test('a place where nothing can be kept is named', async () => {
  const path = join(folder(), 'file');
  writeFileSync(path, '');
  await expect(own(join(path, 'ca'))).rejects.toThrow(/file\/ca: a root cannot be kept here: ENOTDIR/);
});

test('a root that has ended is not used', async () => {
  const directory = folder();
  const { notAfterMs } = (await own(directory)).describe().signer;
  await expect(own(directory, { clock: () => notAfterMs + 1000 })).rejects.toThrow(
    /^root-cert.pem: "O=cluster.local, CN=pharos root \w{8}" expired at 2036-/,
  );
});

test('a process that died between key and root leaves a key that gets its root', async () => {
  const [directory, other] = [folder(), folder()];
  await own(other);
  writeFileSync(join(directory, 'ca-key.pem'), readFileSync(join(other, 'ca-key.pem')), { mode: 0o600 });
  const authority = await own(directory);
  expect(authority.verify(chainOf(authority.issue(CART)), NOW)).toEqual({ ok: true, id: CART });
  expect(readFileSync(join(directory, 'ca-key.pem'))).toEqual(readFileSync(join(other, 'ca-key.pem')));
});

test('processes that start at once on an empty directory end with one root', async () => {
  const directory = join(folder(), 'ca');
  const index = join(import.meta.dirname, 'index.ts');
  const program = `
    import { openAuthority } from ${JSON.stringify(index)};
    const authority = await openAuthority({ source: { kind: 'own', directory: ${JSON.stringify(directory)} } });
    process.stdout.write(authority.describe().signer.fingerprint + authority.trust().rootsPem);
    authority.close();`;
  const outputs = await Promise.all(Array.from({ length: 4 }, () => run(program)));
  expect(outputs[0]).toContain('BEGIN CERTIFICATE');
  expect(new Set(outputs).size).toBe(1);
  expect(readdirSync(directory).sort()).toEqual(['ca-key.pem', 'root-cert.pem']);
});

async function run(program: string): Promise<string> {
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    output += text;
  });
  const [code] = await once(child, 'close');
  expect(code).toBe(0);
  return output;
}

test('many openings at once in one process end with one root as well', async () => {
  const directory = join(folder(), 'ca');
  const all = await Promise.all(Array.from({ length: 8 }, () => own(directory)));
  expect(new Set(all.map(rootOf)).size).toBe(1);
});

test('after a rotation the new root signs, and both are believed, here and after a restart', async () => {
  const directory = folder();
  const authority = await own(directory);
  const before = authority.issue(CART);
  const oldRoot = rootOf(authority);
  let changes = 0;
  authority.onChange(() => changes++);
  await authority.rotateRoot();
  expect(changes).toBeGreaterThan(0);
  expect(rootOf(authority)).not.toBe(oldRoot);
  const after = authority.issue(CART);
  for (const one of [authority, await own(directory)]) {
    expect(one.describe().roots.map(({ fingerprint }) => fingerprint)).toEqual([rootOf(authority), oldRoot]);
    expect(one.verify(chainOf(before), NOW)).toEqual({ ok: true, id: CART });
    expect(one.verify(chainOf(after), NOW)).toEqual({ ok: true, id: CART });
    expect(one.issue(CART).intermediatesPem).toEqual(after.intermediatesPem);
  }
  expect(readdirSync(directory).map((name) => modeOf(join(directory, name)))).toEqual([0o600, 0o600, 0o600]);
});

test('nobody is refused during a rotation: each side may know the new root or not', async () => {
  const authority = await openAuthority({ source: { kind: 'own' }, clock: () => NOW });
  const before = authority.issue(CART);
  await authority.rotateRoot('RSA-2048');
  const after = authority.issue(CART);
  const first = before.rootsPem;
  await authority.rotateRoot('P-384');
  const last = authority.issue(CART);
  for (const certificate of [before, after, last]) {
    for (const roots of [first, after.rootsPem, last.rootsPem]) {
      const files = {
        'leaf.pem': certificate.leafPem,
        'chain.pem': certificate.intermediatesPem.join(''),
        'roots.pem': roots,
      };
      const chain = certificate.intermediatesPem.length > 0 ? ['-untrusted', 'chain.pem'] : [];
      const args = [
        'verify',
        '-x509_strict',
        '-attime',
        String(NOW / 1000),
        '-CAfile',
        'roots.pem',
        ...chain,
        'leaf.pem',
      ];
      expect(openssl(args, files)).toBe('leaf.pem: OK\n');
    }
  }
});

test('roots that are forgotten are not believed any more, and their bridges not sent', async () => {
  const directory = folder();
  const authority = await own(directory);
  const before = authority.issue(CART);
  await authority.rotateRoot();
  await authority.forgetEarlierRoots();
  expect(authority.describe().roots).toEqual([authority.describe().signer]);
  expect(authority.verify(chainOf(before), NOW).ok).toBe(false);
  expect(authority.issue(CART).intermediatesPem).toEqual([]);
  expect((await own(directory)).trust()).toEqual(authority.trust());
  expect(readFileSync(join(directory, 'cert-chain.pem'), 'utf8')).toBe('');
});

test('an earlier root may be taken out of root-cert.pem by hand', async () => {
  const directory = folder();
  const warnings: string[] = [];
  const authority = await own(directory, { onWarning: (text) => warnings.push(text) });
  await authority.rotateRoot();
  const [signing] = authority.trust().rootsPem.split(/(?<=-----END CERTIFICATE-----\n)/);
  writeFileSync(join(directory, 'root-cert.pem'), signing!);
  await until('the root is forgotten', () => authority.describe().roots.length === 1);
  expect(authority.issue(CART).intermediatesPem).toEqual([]);
  expect(warnings).toEqual([]);
});

test('a rotation in one process is followed by the others that share the directory', async () => {
  const directory = folder();
  const [one, other] = [await own(directory), await own(directory)];
  await one.rotateRoot();
  await until('the other has the new root', () => rootOf(other) === rootOf(one));
  expect(other.trust()).toEqual(one.trust());
});

test('two rotations at once: one of them is told that it was not alone, and what is left is whole', async () => {
  const directory = folder();
  const [one, other] = [await own(directory), await own(directory)];
  const outcomes = await Promise.allSettled([one.rotateRoot(), other.rotateRoot(), one.rotateRoot()]);
  const failures = outcomes.filter((outcome) => outcome.status === 'rejected').map(({ reason }) => String(reason));
  expect(
    failures.filter(
      (text) => !/another process is changing the roots here; if none is, remove .*rotation.lock/.test(text),
    ),
  ).toEqual([]);
  const fresh = await own(directory);
  expect(fresh.describe().roots).toHaveLength(1 + outcomes.length - failures.length);
  expect(fresh.verify(chainOf(fresh.issue(CART)), NOW)).toEqual({ ok: true, id: CART });
});

test('without a directory, rotations at once are made one after the other', async () => {
  const authority = await openAuthority({ source: { kind: 'own' }, clock: () => NOW });
  await Promise.all([authority.rotateRoot(), authority.rotateRoot(), authority.rotateRoot()]);
  expect(authority.describe().roots).toHaveLength(4);
  expect(authority.verify(chainOf(authority.issue(CART)), NOW)).toEqual({ ok: true, id: CART });
});

test('a lock that was left behind is named', async () => {
  const directory = folder();
  const authority = await own(directory);
  mkdirSync(join(directory, 'rotation.lock'));
  await expect(authority.rotateRoot()).rejects.toThrow(`remove ${join(directory, 'rotation.lock')}`);
});

test('an old root ends by itself', async () => {
  let now = NOW;
  const authority = await openAuthority({ source: { kind: 'own' }, clock: () => now });
  const end = authority.describe().signer.notAfterMs;
  now = end - DAY;
  await authority.rotateRoot();
  expect(authority.describe().roots).toHaveLength(2);
  const [bridge] = authority.issue(CART).intermediatesPem;
  expect(new X509Certificate(bridge!).validToDate.getTime()).toBe(end);
  now = end + DAY;
  await authority.rotateRoot();
  expect(authority.describe().roots).toHaveLength(2);
  expect(authority.issue(CART).intermediatesPem).toHaveLength(1);
});

test('the key is in no part of the authority that anybody could print, and in no error', async () => {
  const directory = folder();
  const said: string[] = [];
  const say = (text: string): number => said.push(text);
  const authority = await own(directory, { onWarning: say, onProblem: say });
  const keyPem = readFileSync(join(directory, 'ca-key.pem'), 'utf8');
  const secret = keyPem.split('\n').slice(1, -2);
  const printed = [
    inspect(authority, { depth: 20, showHidden: true, getters: true }),
    JSON.stringify(authority),
    JSON.stringify(authority.describe()),
    inspect(Object.getOwnPropertyDescriptors(authority), { depth: 20, showHidden: true }),
  ].join('\n');
  expect(secret.length).toBeGreaterThan(1);
  for (const line of secret) expect(printed).not.toContain(line);
  expect(printed).not.toMatch(/PrivateKey|PRIVATE KEY/);

  writeFileSync(join(directory, 'ca-key.pem'), keyPem.replace('-----END', '----END'));
  await until('the broken key is a problem', () => said.length > 0);
  for (const line of secret) expect(said.join('\n')).not.toContain(line);
});
