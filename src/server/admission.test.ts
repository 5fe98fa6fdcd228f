import { expect, test } from 'vitest';
import { createReception, DEFAULT_CONNECTION_LIMITS, type Visit } from './connection-limits.ts';
import { createOneByOne } from './one-by-one.ts';
import { createBucket, createBuckets } from './rates.ts';
import { createFakeTimers } from './timers.fixture.ts';

test('a bucket gives what it holds at once, then so many a second, and says when there is one again', () => {
  const take = createBucket({ burst: 2, perSecond: 10 });
  expect([take(0), take(0), take(0)]).toEqual([0, 0, 100]);
  expect(take(50)).toBe(50);
  expect(take(100)).toBe(0);
  expect([take(10_000), take(10_000), take(10_000)]).toEqual([0, 0, 100]);
});

test('one that takes too much costs the others nothing', () => {
  const take = createBuckets({ burst: 1, perSecond: 1 });
  expect([take('a', 0), take('a', 0), take('b', 0), take('b', 1_000)]).toEqual([0, 1_000, 0, 0]);
});

test('work is done one piece a turn, in order, and what is added on the way comes last', () => {
  const timers = createFakeTimers();
  const queue = createOneByOne(timers.nextTurn);
  const done: number[] = [];
  queue.add(() => done.push(1));
  queue.add(() => queue.add(() => done.push(3)));
  queue.add(() => done.push(2));
  expect(queue.waiting).toBe(3);
  expect(timers.settle()).toBe(4);
  expect(done).toEqual([1, 2, 3]);
  queue.add(() => done.push(4));
  expect(timers.settle()).toBe(1);
  expect(done).toEqual([1, 2, 3, 4]);
});

test('a job that fails does not cost the others their turn', () => {
  const timers = createFakeTimers();
  const queue = createOneByOne(timers.nextTurn);
  const done: number[] = [];
  queue.add(() => {
    throw new Error('mine');
  });
  queue.add(() => done.push(2));
  expect(timers.settle).toThrow('mine');
  timers.settle();
  expect(done).toEqual([2]);
});

test('connections are limited altogether, by address, and by handshakes under way; each leaves once', () => {
  const limits = { ...DEFAULT_CONNECTION_LIMITS, connections: 4, connectionsPerPeer: 2, handshakes: 2 };
  const { enter } = createReception(limits);
  const enters = (host: string): Visit => enter(host) as Visit;
  const [a, b] = [enters('10.0.0.1'), enters('10.0.0.1')];
  expect(enter('10.0.0.2')).toBe('2 TLS handshakes are under way, and no more are begun');
  a.greeted();
  b.greeted();
  expect(enter('10.0.0.1')).toBe('10.0.0.1 has 2 connections, and may not have more');
  enters('10.0.0.2').greeted();
  const d = enters('10.0.0.3');
  d.greeted();
  expect(enter('10.0.0.4')).toBe('all 4 connections are taken');
  d.left();
  d.left();
  const e = enters('10.0.0.4');
  expect(enter('10.0.0.5')).toBe('all 4 connections are taken');
  e.left();
  a.left();
  expect(typeof enter('10.0.0.1')).toBe('object');
});
