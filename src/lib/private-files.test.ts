import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createFile, replaceFile } from './private-files.ts';

test('of several who make a file at once, one does, and a file that is there stays', async () => {
  const path = join(folder(), 'key');
  await Promise.all(['one', 'two', 'three'].map((text) => createFile(path, text)));
  const first = readFileSync(path, 'utf8');
  expect(['one', 'two', 'three']).toContain(first);
  await createFile(path, 'later');
  expect(readFileSync(path, 'utf8')).toBe(first);
});

test('a file is replaced as a whole, is private from then on, and no draft is left', async () => {
  const directory = folder();
  const path = join(directory, 'key');
  writeFileSync(path, 'before', { mode: 0o644 });
  await replaceFile(path, 'after');
  expect([readFileSync(path, 'utf8'), statSync(path).mode & 0o777]).toEqual(['after', 0o600]);
  expect(readdirSync(directory)).toEqual(['key']);
});

test('no draft is left when the file cannot be put in its place', async () => {
  const directory = folder();
  await expect(replaceFile(join(directory, 'nowhere', 'key'), 'text')).rejects.toThrow('ENOENT');
  expect(readdirSync(directory)).toEqual([]);
});

function folder(): string {
  const directory = mkdtempSync(join(tmpdir(), 'pharos-private-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}
