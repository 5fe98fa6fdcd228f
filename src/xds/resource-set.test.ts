import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sharesOf } from '../lib/shares.ts';
import type { Entry } from '../proto/index.ts';
import { changedNames, find, namesOf, resourceSet } from './resource-set.ts';

/** Names `cart:80`, of the family `cart`. */
const familyOf = (name: string): string => name.split(':')[0]!;
const NAMES = ['cart:80', 'cart:81', 'mail:80', 'web:80'];
const ENTRIES = new Map(NAMES.flatMap((name) => [1, 2].map((n) => [`${name}/${n}`, { name } as Entry] as const)));

const values = fc.dictionary(fc.constantFrom(...NAMES), fc.integer({ min: 1, max: 2 })).map((all) =>
  sharesOf(
    Object.entries(all).map(([name, n]) => [name, ENTRIES.get(`${name}/${n}`)!] as const),
    familyOf,
  ),
);
const over = fc
  .tuple(values, fc.subarray(['cart', 'mail', 'web']))
  .map(([own, families]) => ({ ...own, overrides: new Set(families) }));
const set = fc.oneof(
  values.map((below) => resourceSet([below])),
  fc.tuple(over, values).map(([above, below]) => resourceSet([above, below])),
);

test('every name that differs between two sets is told, whichever layers it lies in', () => {
  fc.assert(
    fc.property(set, set, (before, after) => {
      const told = changedNames(before, after);
      const differing = NAMES.filter((name) => find(before, name) !== find(after, name));
      expect(differing.filter((name) => !told.includes(name))).toEqual([]);
    }),
    { numRuns: 500 },
  );
});

test('the names of a set are those that are found in it', () => {
  fc.assert(
    fc.property(set, (one) => {
      expect(new Set(namesOf(one))).toEqual(new Set(NAMES.filter((name) => find(one, name))));
    }),
  );
});
