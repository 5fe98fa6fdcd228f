import { spawnSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openAuthority } from '../../src/ca/index.ts';
import { pemBlocks } from '../../src/lib/pem.ts';
import { folder } from '../support/folder.ts';

const DAY_MS = 24 * 3_600_000;
const MAIN = join(import.meta.dirname, '../../src/main.ts');

function ca(...args: readonly string[]): { status: number | null; out: string; err: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, 'ca', ...args], {
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1' },
  });
  return { status, out: stdout, err: stderr };
}

/** A directory with a root, made as long ago as is said. */
async function stateWithRoot(daysAgo = 0): Promise<string> {
  const { root } = folder();
  const clock = () => Date.now() - daysAgo * DAY_MS;
  (await openAuthority({ source: { kind: 'own', directory: root }, clock })).close();
  return root;
}

function fingerprints(state: string, file = 'root-cert.pem'): string[] {
  const blocks = pemBlocks(readFileSync(join(state, file), 'utf8'));
  return blocks.map(({ text }) => new X509Certificate(text).fingerprint256);
}

test('who signs and who is believed is shown, and of the key nothing', async () => {
  const state = await stateWithRoot();
  const [root] = fingerprints(state);
  const shown = ca('show', '--state', state);
  expect(shown).toMatchObject({ status: 0, err: '' });
  expect(shown.out).toMatch(new RegExp(`Signs:\n  O=cluster.local, CN=pharos root .*\n    SHA-256  ${root}`));
  const { out } = ca('show', '--state', state, '--output', 'json');
  expect(JSON.parse(out)).toMatchObject({ signer: { fingerprint: root }, roots: [{ fingerprint: root }] });
  const secret = readFileSync(join(state, 'ca-key.pem'), 'utf8').split('\n')[1]!;
  expect(shown.out + out).not.toContain(secret);
});

test('roots are printed as whoever connects needs them', async () => {
  const state = await stateWithRoot();
  expect(ca('root', '--state', state).out).toBe(readFileSync(join(state, 'root-cert.pem'), 'utf8'));
});

test('a rotated root signs, of the kind that was asked for, and the earlier one stays believed', async () => {
  const state = await stateWithRoot();
  const [first] = fingerprints(state);
  const { status, out } = ca('rotate-root', '--state', state, '--key', 'p384');
  const [second, ...others] = fingerprints(state);
  expect([status, others]).toEqual([0, [first]]);
  expect(out).toMatch(new RegExp(`signs from now on:[^]*${second}[^]*Still believed:[^]*${first}`));
  const pem = readFileSync(join(state, 'root-cert.pem'), 'utf8');
  expect(new X509Certificate(pem).publicKey.asymmetricKeyDetails).toEqual({ namedCurve: 'secp384r1' });
});

test('earlier roots are forgotten only when no certificate of them can be in use', async () => {
  const state = await stateWithRoot(10);
  ca('rotate-root', '--state', state);
  const [second, first] = fingerprints(state);
  const early = ca('forget-earlier-roots', '--state', state);
  expect(early.status).toBe(2);
  const until = /may be in use until (.*):/.exec(early.err)?.[1];
  expect((Date.parse(until!) - Date.now()) / DAY_MS).toBeCloseTo(90, 1);
  expect(early.err).toContain(first);
  expect(fingerprints(state)).toEqual([second, first]);

  const forced = ca('forget-earlier-roots', '--state', state, '--force');
  expect(forced).toMatchObject({ status: 0, err: '' });
  expect(forced.out).toContain(first);
  expect(fingerprints(state)).toEqual([second]);
  expect(ca('forget-earlier-roots', '--state', state).out).toBe('There is one root only: nothing to forget.\n');
});

test('who says that certificates live for a day need not wait for longer', async () => {
  const state = await stateWithRoot(10);
  const clock = () => Date.now() - 2 * DAY_MS;
  const authority = await openAuthority({ source: { kind: 'own', directory: state }, clock });
  await authority.rotateRoot();
  authority.close();
  expect(ca('forget-earlier-roots', '--state', state).status).toBe(2);
  expect(ca('forget-earlier-roots', '--state', state, '--longest-life', '24h').status).toBe(0);
  expect(fingerprints(state)).toHaveLength(1);
});

test('a CA of your own is shown, and its roots are printed', async () => {
  const state = await stateWithRoot();
  const { root: own } = folder();
  cpSync(state, own, { recursive: true });
  writeFileSync(join(own, 'ca-cert.pem'), readFileSync(join(own, 'root-cert.pem')));
  expect(ca('show', '--ca-certs', own, '--output', 'json').out).toContain(fingerprints(state)[0]);
  expect(ca('root', '--ca-certs', own).out).toBe(ca('root', '--state', state).out);
});

test('nothing is made where nothing is, and what is broken is named', async () => {
  const { root: empty } = folder();
  for (const command of ['show', 'rotate-root']) {
    const { status, err } = ca(command, '--state', empty);
    expect([command, status]).toEqual([command, 2]);
    expect(err).toContain(`there is no root in ${empty}`);
  }
  const state = await stateWithRoot();
  rmSync(join(state, 'ca-key.pem'));
  expect(ca('show', '--state', state).err).toContain('root-cert.pem is there, but its key ca-key.pem is not');
  writeFileSync(join(state, 'ca-key.pem'), 'sesame', { mode: 0o600 });
  const { status, err } = ca('show', '--state', state);
  expect([status, err]).toEqual([2, expect.stringContaining('ca-key.pem: no private key in PEM')]);
  expect(err).not.toContain('sesame');
});

test.each([
  [['frobnicate'], "unknown command 'frobnicate'"],
  [['rotate-root', '--key', 'dsa'], 'Allowed choices are p256'],
  [['forget-earlier-roots', '--longest-life', 'long'], 'must be a duration'],
])('ca %j is used wrongly: exit code 2', (args, message) => {
  const { status, err } = ca(...args);
  expect([status, err]).toEqual([2, expect.stringContaining(message)]);
});

test('ca rotate-root --help has examples', () => {
  expect(ca('rotate-root', '--help').out).toContain('Examples:');
});
