import { expect, test } from 'vitest';
import { Graph, gather } from '../graph/index.ts';
import { difference, entriesOf, lookup, sizeOf } from '../lib/shares.ts';

/** Names `0.3`: the fourth of family 0. */
const familyOf = (name: string): string => name.split('.')[0]!;

/** Gathers `size` families of two values each; returns what is gathered and how often values were read. */
function gathering(size: number) {
  const graph = new Graph();
  const values = graph.table<number>('values');
  const families = graph.table<readonly string[]>('families');
  let reads = 0;
  const all = gather<number>(graph, 'all', {
    families: () => families.get('all')!,
    familyOf,
    read: (_, family) => {
      reads++;
      return [0, 1].map((i) => [`${family}.${i}`, (values.get(family) ?? 0) + i] as const);
    },
  });
  const grow = (to: number): void =>
    families.set(
      'all',
      Array.from({ length: to }, (_, i) => `${i}`),
    );
  grow(size);
  const watch = graph.watch(
    'watch',
    () => all(''),
    () => {},
  );
  return { values, grow, read: watch.read, reads: () => reads };
}

test.each([0, 1, 100, 10_000])('every value of %i families is found by its name', (size) => {
  const { read } = gathering(size);
  expect(sizeOf(read())).toBe(2 * size);
  expect([...entriesOf(read())].filter(([name, value]) => lookup(read(), name) !== value)).toEqual([]);
  expect(lookup(read(), `${size}.0`)).toBeUndefined();
});

test('a change reads about as few families of many as of few', () => {
  const cost = (size: number): number => {
    const { values, read, reads } = gathering(size);
    read();
    const before = reads();
    values.set('7', 7);
    expect(lookup(read(), '7.1')).toBe(8);
    return reads() - before;
  };
  expect(cost(2_000)).toBeLessThan(50);
  expect(cost(10_000)).toBeLessThan(50);
});

test('a share that became large or small differs only in what differs', () => {
  const { grow, read } = gathering(1_000);
  const before = read();
  grow(5_000);
  const after = read();
  expect(difference(before, after).removed).toEqual([]);
  expect(difference(before, after).changed).toHaveLength(8_000);
  expect(difference(after, before).removed).toHaveLength(8_000);
  expect(difference(after, before).changed).toEqual([]);
});
