/**
 * Puts known bugs into a copy of the code, one at a time, and shows which test catches each.
 *
 *   npm run mutate              all
 *   npm run mutate -- delta     those whose name or file contains `delta`
 *
 * Exits 1 if a bug survives.
 */
import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Mutation } from './bug.ts';
import { mutations } from './mutations.ts';

const root = join(import.meta.dirname, '../..');
const COPIED = ['src', 'test', 'protos', 'package.json', 'tsconfig.json', 'vitest.config.ts'];
/** A test run that hangs because of the bug counts as caught: a user's CI would be red too. */
const TIMEOUT_MS = 120_000;
/** All tests that any bug needs, at once. */
const SOUND_TIMEOUT_MS = 900_000;

interface Verdict {
  readonly caughtBy: string | undefined;
}

const wanted = process.argv[2] ?? '';
const chosen = mutations.filter(({ name, file }) => name.includes(wanted) || file.includes(wanted));
const copy = copyOfProject();
let survivors = 0;
try {
  const sound = await runTests([...new Set(chosen.flatMap(({ tests }) => tests))], SOUND_TIMEOUT_MS);
  if (sound.caughtBy) throw new Error(`the tests fail without any bug put in: ${sound.caughtBy}`);
  for (const mutation of chosen) {
    const { caughtBy } = await tryOut(mutation);
    if (!caughtBy) survivors++;
    console.log(
      `${caughtBy ? 'caught  ' : 'SURVIVED'}  ${mutation.file}: ${mutation.name}${caughtBy ? `\n            by ${caughtBy}` : ''}`,
    );
  }
} finally {
  rmSync(copy, { recursive: true, force: true });
}
console.log(`${chosen.length - survivors} of ${chosen.length} bugs caught`);
process.exitCode = survivors ? 1 : 0;

async function tryOut(mutation: Mutation): Promise<Verdict> {
  const file = join(copy, mutation.file);
  const original = readFileSync(file, 'utf8');
  if (!original.includes(mutation.from))
    throw new Error(`${mutation.file} no longer has the text of '${mutation.name}'`);
  writeFileSync(
    file,
    original.replace(mutation.from, () => mutation.to),
  );
  try {
    return await runTests(mutation.tests);
  } finally {
    writeFileSync(file, original);
  }
}

function runTests(filters: readonly string[], timeoutMs = TIMEOUT_MS): Promise<Verdict> {
  const report = join(copy, 'report.json');
  rmSync(report, { force: true });
  const args = ['run', '--bail', '1', '--reporter', 'json', '--outputFile', report, ...filters];
  const child = spawn('vitest', args, { cwd: copy, detached: true, stdio: 'ignore' });
  const killer = setTimeout(() => process.kill(-child.pid!, 'SIGKILL'), timeoutMs);
  return new Promise((resolve) => {
    child.on('close', (code) => {
      clearTimeout(killer);
      resolve({ caughtBy: code === 0 ? undefined : firstFailure(report) });
    });
  });
}

function firstFailure(report: string): string {
  if (!existsSync(report)) return 'a test run that hangs';
  const { testResults } = JSON.parse(readFileSync(report, 'utf8')) as {
    testResults: { name: string; assertionResults: { status: string; fullName: string }[] }[];
  };
  const failed = testResults.flatMap((file) => file.assertionResults).find((test) => test.status === 'failed');
  return failed?.fullName ?? 'a test file that no longer loads';
}

function copyOfProject(): string {
  const folder = mkdtempSync(join(tmpdir(), 'pharos-mutate-'));
  for (const entry of COPIED) cpSync(join(root, entry), join(folder, entry), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}
