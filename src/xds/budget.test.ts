import { expect, test } from 'vitest';
import { createBudget } from './budget.ts';

const BIG = 1_000_000;

function budgetOf(limitBytes: number) {
  let now = 0;
  const started: string[] = [];
  const releases = new Map<string, () => void>();
  const budget = createBudget({ limitBytes, clock: () => now });
  return {
    budget,
    started,
    admit: (name: string, bytes = BIG) =>
      budget.admit(bytes, (release) => {
        started.push(name);
        releases.set(name, release);
      }),
    release: (name: string) => releases.get(name)!(),
    pass: (ms: number) => (now += ms),
  };
}

test('what does not fit waits, and goes in the order in which it came', () => {
  const { admit, started, release, budget } = budgetOf(2 * BIG);
  for (const name of ['a', 'b', 'c', 'd']) admit(name);
  expect(started).toEqual(['a', 'b']);
  release('b');
  expect(started).toEqual(['a', 'b', 'c']);
  expect([budget.bytes, budget.waiting]).toEqual([2 * BIG, 1]);
});

test('a small response overtakes large ones', () => {
  const { admit, started } = budgetOf(BIG);
  admit('large');
  admit('waits');
  admit('small', 1000);
  expect(started).toEqual(['large', 'small']);
});

test('one that is larger than the whole budget goes alone', () => {
  const { admit, started, release } = budgetOf(10);
  admit('a');
  admit('b');
  expect(started).toEqual(['a']);
  release('a');
  expect(started).toEqual(['a', 'b']);
});

test('a reader that stands still gives back its share, once', () => {
  const { admit, started, release, pass, budget } = budgetOf(BIG);
  admit('stuck');
  admit('next');
  pass(60_000);
  budget.sweep();
  expect(started).toEqual(['stuck', 'next']);
  release('stuck');
  expect(budget.bytes).toBe(BIG);
});
