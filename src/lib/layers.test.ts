import { expect, test } from 'vitest';
import { countIn, entriesIn, type Layers, lookupIn, namesUncovered } from './layers.ts';
import { sharesOf } from './shares.ts';

/** Names `cart:80`, of the family `cart`. */
const familyOf = (name: string): string => name.split(':')[0]!;

const BELOW = sharesOf(
  [
    ['cart:80', 1],
    ['cart:81', 1],
    ['mail:80', 1],
  ],
  familyOf,
);
const OVER = { ...sharesOf([['cart:80', 2]], familyOf), overrides: new Set(['cart']) };

function valuesOf(layers: Layers<number>): Readonly<Record<string, number>> {
  return Object.fromEntries(entriesIn(layers));
}

test('of a family that a layer overrides, nothing below is there', () => {
  expect(valuesOf([OVER, BELOW])).toEqual({ 'cart:80': 2, 'mail:80': 1 });
  expect(lookupIn([OVER, BELOW], 'cart:80')).toBe(2);
  expect(lookupIn([OVER, BELOW], 'cart:81')).toBeUndefined();
  expect(lookupIn([OVER, BELOW], 'mail:80')).toBe(1);
});

test('layers that override nothing make one set', () => {
  const other = sharesOf([['x', 3]], familyOf);
  expect(valuesOf([other, BELOW])).toEqual({ 'cart:80': 1, 'cart:81': 1, 'mail:80': 1, x: 3 });
  expect(lookupIn([other, BELOW], 'cart:81')).toBe(1);
});

test('names are counted without those that are overridden', () => {
  expect(countIn([BELOW])).toBe(3);
  expect(countIn([OVER, BELOW])).toBe(2);
});

test('what one set of layers overrides and another does not is named, from all layers', () => {
  expect(new Set(namesUncovered([OVER, BELOW], [BELOW]))).toEqual(new Set(['cart:80', 'cart:81']));
  expect(namesUncovered([OVER, BELOW], [OVER, BELOW])).toEqual([]);
});
