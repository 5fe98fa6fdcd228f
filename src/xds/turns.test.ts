import { expect, test } from 'vitest';
import { createTurns } from './turns.ts';

test('many jobs take several turns, in their order, and one that waits is not added again', () => {
  const scheduled: (() => void)[] = [];
  const turns = createTurns((job) => scheduled.push(job));
  const done: number[] = [];
  const numbers = Array.from({ length: 20 }, (_, i) => i);
  const jobs = numbers.map((i) => () => void done.push(i));
  for (const job of [...jobs, ...jobs]) turns.add(job);
  const after: number[] = [];
  while (scheduled.length > 0) {
    expect(scheduled).toHaveLength(1);
    scheduled.shift()!();
    after.push(done.length);
  }
  expect(after).toEqual([8, 16, 20]);
  expect(done).toEqual(numbers);
});

test('a job that fails does not cost the others their turn', () => {
  const scheduled: (() => void)[] = [];
  const turns = createTurns((job) => scheduled.push(job));
  const done: string[] = [];
  turns.add(() => {
    throw new Error('a bug');
  });
  turns.add(() => turns.add(() => done.push('asked for later')));
  expect(() => scheduled.shift()!()).toThrow('a bug');
  while (scheduled.length > 0) scheduled.shift()!();
  expect([done, turns.waiting]).toEqual([['asked for later'], 0]);
});
