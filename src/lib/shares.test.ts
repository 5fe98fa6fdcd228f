import fc from 'fast-check';
import { expect, test } from 'vitest';
import { difference, sharesOf } from './shares.ts';

test('a difference is what must be done to make the one from the other', () => {
  const set = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), fc.nat(2));
  fc.assert(
    fc.property(set, set, (before, after) => {
      const { changed, removed } = difference(named(before), named(after));
      const made = new Map(Object.entries(before));
      for (const name of removed) made.delete(name);
      for (const value of changed) made.set(value.name, value.n);
      expect(Object.fromEntries(made)).toEqual({ ...after });
    }),
  );
});

const known = new Map<string, { name: string; n: number }>();

function named(set: Readonly<Record<string, number>>) {
  const value = (name: string, n: number) => {
    const key = `${name}${n}`;
    known.set(key, known.get(key) ?? { name, n });
    return known.get(key)!;
  };
  return sharesOf(Object.entries(set).map(([name, n]) => [name, value(name, n)] as const));
}
