import { expect, test } from 'vitest';
import { re2Error, re2Groups, re2Matches } from './re2.ts';

test.each([['(?=a)'], ['(a'], ['*a'], ['a{1001}'], ['(a)\\1']])('%s is not RE2, and the reason is told', (pattern) => {
  expect(re2Error(pattern)).toMatch(/\w/);
});

test.each([['^/api/v[0-9]+(/.*)?$'], ['(?i)abc'], ['(?P<n>x)'], ['(?<n>x)'], ['\\pL+'], ['']])(
  '%s is RE2',
  (pattern) => {
    expect(re2Error(pattern)).toBeUndefined();
  },
);

test('groups are counted, those that capture', () => {
  expect(re2Groups('(a)(?:b)(c(d))')).toBe(3);
  expect(re2Groups('a')).toBe(0);
  expect(re2Groups('(')).toBe(0);
});

test('a pattern that is too large for RE2 is told as such, and the next ones are read as ever', () => {
  for (const most of [1000, 999]) {
    expect(re2Error(`(\\pL{1,${most}})`)).toBe('pattern too large');
    expect(re2Error(`a{${most}}`)).toBeUndefined();
  }
  expect(re2Groups('(a)(b)')).toBe(2);
});

test.each([
  ['a|b', 'b', true],
  ['a|b', 'ab', false],
  ['a.*', 'xa', false],
  ['(', '(', false],
])('%s matches the whole of %s: %s', (pattern, text, matches) => {
  expect(re2Matches(pattern, text)).toBe(matches);
});
