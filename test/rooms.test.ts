import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { expect, test } from 'vitest';
import { rooms } from '../src/rooms.ts';

const src = join(import.meta.dirname, '../src');
const INTERIOR = ['graph', 'api', 'store', 'mesh', 'route', 'policy', 'view', 'translate'];
const IMPURE =
  /\b(Date\.now|new Date\(\)|Math\.random|process\.env|performance\.now|await|async|setTimeout|setInterval)\b/;

test('no room looks where it should not', () => {
  expect(trespasses()).toEqual([]);
});

test('the interior has no clock, no random, no environment, and nothing asynchronous', () => {
  const impure = sources().filter((file) => INTERIOR.includes(roomOf(file)) && IMPURE.test(code(file)));
  expect(impure).toEqual([]);
});

test('no file has more than 300 lines', () => {
  expect(sources().filter((file) => code(file).split('\n').length > 300)).toEqual([]);
});

test('every room opens with an index.ts that says what it is', () => {
  const folders = new Set(
    sources()
      .filter((file) => file.includes(sep))
      .map(roomOf),
  );
  const silent = [...folders].filter((room) => room !== 'lib' && !code(join(room, 'index.ts')).startsWith('/**'));
  expect(silent).toEqual([]);
});

/** Every import in `src` that leads into a room the importing room may not look into. */
function trespasses(): string[] {
  return sources().flatMap((file) => {
    const from = roomOf(file);
    const targets = [...code(file).matchAll(/(?:from|import) '(\.[^']+)'/g)].map((match) =>
      relative(src, resolve(src, dirname(file), match[1]!)),
    );
    return targets
      .filter((target) => !mayLook(from, roomOf(target)))
      .map((target) => `${file} must not import ${target}`);
  });
}

function mayLook(from: string, to: string): boolean {
  const list = rooms[from];
  if (!list) throw new Error(`src/${from} is not a room: add it to rooms.ts and say what it may look into`);
  return from === to || list.includes(to) || list.includes('*');
}

function sources(): string[] {
  const files = readdirSync(src, { recursive: true, encoding: 'utf8' });
  return files.filter(
    (file) =>
      file.endsWith('.ts') && !/\.(test|fixture)\.ts$/.test(file) && file !== 'rooms.ts' && !file.includes('generated'),
  );
}

function roomOf(file: string): string {
  return file.split(sep)[0]!.replace(/\.ts$/, '');
}

function code(file: string): string {
  return readFileSync(join(src, file), 'utf8');
}
