import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createHints } from './hints.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function batches() {
  const seen: string[] = [];
  const hints = createHints({ quietMs: 3, atMostMs: 30 }, async (dirty) => {
    seen.push([...dirty].map(([path, certain]) => `${path}${certain ? '!' : ''}`).join(' '));
  });
  return { seen, hints };
}

test('hints are one batch when it has been quiet, and certain if one of them was', async () => {
  const { seen, hints } = batches();
  hints.touch('a', false);
  await vi.advanceTimersByTimeAsync(2);
  hints.touch('a', true);
  hints.touch('b', false);
  await vi.advanceTimersByTimeAsync(2);
  expect(seen).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(seen).toEqual(['a! b']);
});

test('where it is never quiet, a batch comes all the same', async () => {
  const { seen, hints } = batches();
  for (let i = 0; i < 50; i++) {
    hints.touch('a', true);
    await vi.advanceTimersByTimeAsync(1);
  }
  expect(seen.length).toBeGreaterThan(0);
});

test('after stop nothing comes', async () => {
  const { seen, hints } = batches();
  hints.touch('a', true);
  hints.touchLater('b', 5);
  hints.stop();
  await vi.advanceTimersByTimeAsync(100);
  expect(seen).toEqual([]);
});
