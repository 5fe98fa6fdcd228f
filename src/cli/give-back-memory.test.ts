import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

/** In a process of its own, since flags of V8 are set: how large its young generation is, in MB, before and after. */
const SCRIPT = `
import { getHeapSpaceStatistics } from 'node:v8';
import { giveBackMemoryAtRest } from './give-back-memory.ts';
const young = () => getHeapSpaceStatistics().find((space) => space.space_name === 'new_space').space_size / 2 ** 20;
let kept = Array.from({ length: 1_000_000 }, (_, i) => ({ i }));
const before = young();
kept = [];
giveBackMemoryAtRest();
console.log(JSON.stringify([before, young(), typeof globalThis.gc]));
`;

test('the young generation is small after it, and nobody else can collect garbage', () => {
  const args = ['--input-type=module', '--eval', SCRIPT.replace('./', `${join(import.meta.dirname)}/`)];
  const [before, after, gc] = JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' }));
  expect(before).toBeGreaterThan(10);
  expect(after).toBeLessThan(before / 4);
  expect(gc).toBe('undefined');
});
