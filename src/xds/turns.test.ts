import { expect, test } from 'vitest';
import { createTurns } from './turns.ts';

test('each job has a turn of its own, and one that waits is not added again', () => {
  const scheduled: (() => void)[] = [];
  const turns = createTurns((job) => scheduled.push(job));
  const done: string[] = [];
  const jobs = ['a', 'b'].map((name) => () => void done.push(name));
  for (const job of [...jobs, ...jobs]) turns.add(job);
  for (let turn = 1; scheduled.length > 0; turn++) {
    scheduled.shift()!();
    expect(done).toHaveLength(turn);
  }
  expect(done).toEqual(['a', 'b']);
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
