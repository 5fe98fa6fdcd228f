import { expect, test } from 'vitest';
import { normalizePath } from './normalize-path.ts';

test.each([
  ['/a/./b/../c', '/a/c'],
  ['/..', '/'],
  ['/a/..', '/'],
  ['/a/.', '/a/'],
  ['/a/%2e%2E/b', '/b'],
  ['/a/%2e./', '/'],
  ['/a//../b', '/a/b'],
  ['/a//b', '/a//b'],
  ['/a\\b', '/a/b'],
  ['/a/..\\b', '/b'],
  ['/...', '/...'],
  ['/a%2fb', '/a%2fb'],
  ['/%61%7e%2d', '/a~-'],
  ['/%zz', '/%zz'],
  ['/a b"<>', '/a%20b%22%3C%3E'],
  ['/a|b[*]', '/a%7Cb[*]'],
  ['/ä', '/%C3%A4'],
  ['/a/..?b=/c/..//%61', '/?b=/c/..//%61'],
  ['*', '*'],
])('base makes %s %s', (path, normalized) => {
  expect(normalizePath(path, 'base')).toBe(normalized);
});

test.each([
  ['none', '/a/../b//c%2fd', '/a/../b//c%2fd'],
  ['merge-slashes', '/a///b//?c//d', '/a/b/?c//d'],
  ['merge-slashes', '/a%2f%2fb', '/a%2f%2fb'],
  ['decode-and-merge-slashes', '/a%2F%2fb%5Cc', '/a/b/c'],
  ['decode-and-merge-slashes', '/a/b%2f..%2fc', '/a/c'],
  ['decode-and-merge-slashes', '/a?b%2f', '/a?b%2f'],
] as const)('%s makes %s %s', (normalization, path, normalized) => {
  expect(normalizePath(path, normalization)).toBe(normalized);
});

test.each(['/a#b', '/a%00b'])('%s is no path', (path) => {
  expect(normalizePath(path, 'base')).toBeUndefined();
});
