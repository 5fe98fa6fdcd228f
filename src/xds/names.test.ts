import { expect, test } from 'vitest';
import { isExactly, minus, nameSet, scopeOf, union } from './names.ts';

test('equal names are one object, in whatever order and however often they are listed', () => {
  expect(nameSet(['a', 'b', 'a'])).toBe(nameSet(['b', 'a']));
  expect(nameSet(['a', 'a'])).not.toBe(nameSet(['a', 'b']));
  expect(scopeOf(true, nameSet(['a']))).toBe(scopeOf(true, nameSet(['a'])));
  expect(scopeOf(true, nameSet(['a']))).not.toBe(scopeOf(false, nameSet(['a'])));
});

test('what is derived is the same object as what is listed', () => {
  const set = nameSet(['a', 'b']);
  expect(union(set, nameSet(['c']))).toBe(nameSet(['c', 'b', 'a']));
  expect(minus(set, nameSet(['b', 'z']))).toBe(nameSet(['a']));
  expect(minus(set, nameSet(['z']))).toBe(set);
});

test('a list that says one name twice is not a longer set', () => {
  expect(isExactly(nameSet(['a', 'b']), ['a', 'b', 'a'])).toBe(true);
  expect(isExactly(nameSet(['a', 'b']), ['a', 'a'])).toBe(false);
  expect(isExactly(nameSet(['a']), ['a', 'b'])).toBe(false);
});
