import { expect, test } from 'vitest';
import { atMost } from './at-most.ts';

test('so many run at a time, in their order, and one that fails makes room, too', async () => {
  const inTurn = atMost(2);
  const started: number[] = [];
  const ends: ((error?: Error) => void)[] = [];
  const begin = (i: number): Promise<void> =>
    inTurn(
      () =>
        new Promise((resolve, reject) => {
          started.push(i);
          ends[i] = (error) => (error ? reject(error) : resolve());
        }),
    );
  const turn = () => new Promise((resolve) => setImmediate(resolve));

  const outcomes = [0, 1, 2, 3].map(begin);
  const settled = Promise.allSettled(outcomes);
  await turn();
  expect(started).toEqual([0, 1]);
  ends[1]!(new Error('no'));
  await turn();
  expect(started).toEqual([0, 1, 2]);
  ends[0]!();
  await turn();
  expect(started).toEqual([0, 1, 2, 3]);
  const late = begin(4);
  await turn();
  expect(started).toEqual([0, 1, 2, 3]);
  for (const end of [2, 3]) ends[end]!();
  await turn();
  ends[4]!();
  await late;
  expect((await settled).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
});
