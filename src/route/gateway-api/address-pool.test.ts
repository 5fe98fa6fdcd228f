import fc from 'fast-check';
import { expect, test } from 'vitest';
import { allocate, parsePool } from './address-pool.ts';

test.each([
  ['127.20.0.0/16', 65_534, '127.20.0.1', '127.20.255.254'],
  ['127.20.3.7/24', 254, '127.20.3.1', '127.20.3.254'],
  ['10.0.0.4/32', 1, '10.0.0.4', '10.0.0.4'],
  ['10.0.0.4/31', 2, '10.0.0.4', '10.0.0.5'],
  ['fd00::/120', 254, 'fd00::1', 'fd00::fe'],
])('%s has %i addresses to give', (cidr, size, first, last) => {
  const pool = parsePool(cidr)!;
  expect([pool.size, pool.at(0), pool.at(size - 1)]).toEqual([size, first, last]);
  expect([first, last].every(pool.contains)).toBe(true);
});

test('what is no network is no pool', () => {
  expect(['', '10.0.0.1', '10.0.0.0/33', 'x/8'].map(parsePool)).toEqual([undefined, undefined, undefined, undefined]);
});

test('of others it has none', () => {
  const pool = parsePool('127.20.0.0/16')!;
  expect(['127.21.0.1', 'fd00::1', 'x', ''].filter(pool.contains)).toEqual([]);
});

test('nobody shares an address, and who was before keeps his when others come', () => {
  const pool = parsePool('10.0.0.0/27')!;
  const names = fc.uniqueArray(fc.string({ minLength: 1 }), { maxLength: 40 });
  fc.assert(
    fc.property(names, names, (some, more) => {
      const before = allocate(pool, some, new Set());
      const after = allocate(pool, [...new Set([...some, ...more])], new Set());
      expect(new Set(after.values()).size).toBe(after.size);
      expect(after.size).toBe(Math.min(new Set([...some, ...more]).size, pool.size));
      for (const [name, address] of before) expect(after.get(name)).toBe(address);
    }),
  );
});
