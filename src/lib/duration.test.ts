import { expect, test } from 'vitest';
import { durationMs } from './duration.ts';

test.each([
  ['0', 0],
  ['0s', 0],
  ['1.5s', 1500],
  ['2m', 120_000],
  ['1h30m', 5_400_000],
  ['200ms', 200],
  ['1.1s', 1100],
  ['.5s', 500],
  ['90.000000001s', 90_000.000001],
  ['1us', 0.001],
])('%s is %d ms', (text, ms) => {
  expect(durationMs(text)).toBe(ms);
});

test.each([[''], ['5'], ['-1s'], ['1 s'], ['1d'], ['s'], ['1s2'], ['1,5s'], ['.s']])('%j is no duration', (text) => {
  expect(durationMs(text)).toBeUndefined();
});
