import { expect, test } from 'vitest';
import type { Resource } from '../proto/index.ts';
import { blamed } from './blame.ts';

const sent = (...names: string[]): Resource[] =>
  names.map((name) => ({ type: 'cds', name, version: '1', bytes: new Uint8Array() }));

test.each([
  [
    'a cluster before a colon',
    'Error adding/updating cluster(s) outbound|80||a.b: bad',
    ['outbound|80||a.b'],
    ['outbound|80||a.b'],
  ],
  ['a name at the end of a sentence', 'no such thing as shop-1.', ['shop-1'], ['shop-1']],
  ['a name in quotes', `rejected 'shop-1' for that`, ['shop-1', 'shop-2'], ['shop-1']],
  ['several names', 'cart-1: bad, shop-1: worse', ['shop-1', 'cart-1', 'other'], ['shop-1', 'cart-1']],
  [
    'a name that is a part of another one',
    'outbound|80||a.b.c: bad',
    ['a.b.c', 'outbound|80||a.b', 'outbound|80||a.b.c'],
    ['outbound|80||a.b.c'],
  ],
  ['a number, which says nothing', 'weight must not be more than 80', ['80'], []],
  ['a short name, which says nothing', 'in a bad way', ['in'], []],
  ['no name', 'bad', ['shop-1'], []],
])('blames %s', (_what, message, names, expected) => {
  expect(blamed(message, sent(...names)).map(({ name }) => name)).toEqual(expected);
});
