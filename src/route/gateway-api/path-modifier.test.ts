import { expect, test } from 'vitest';
import type { PathMatch } from '../route.ts';
import { fromPathModifier } from './path-modifier.ts';

const PREFIX: PathMatch = { kind: 'segment-prefix', value: '/foo' };

test.each([
  ['/bar', PREFIX, { kind: 'matched', value: '/bar' }],
  ['/bar/', PREFIX, { kind: 'matched', value: '/bar' }],
  ['bar', PREFIX, { kind: 'matched', value: '/bar' }],
  ['/', PREFIX, { kind: 'matched', value: '/' }],
  ['', PREFIX, { kind: 'matched', value: '/' }],
  ['/bar', undefined, { kind: 'matched', value: '/bar/' }],
  ['/bar', { kind: 'exact', value: '/foo' }, 'not-possible'],
  ['/bar', { kind: 'regex', value: '/foo' }, 'not-possible'],
] as const)('the prefix %j in place of what %j matched', (replacePrefixMatch, match, expected) => {
  expect(fromPathModifier({ type: 'ReplacePrefixMatch', replacePrefixMatch }, match)).toEqual(expected);
});

test.each([PREFIX, undefined, { kind: 'exact', value: '/foo' } as const])(
  'a whole path in place of any that %j matched',
  (match) => {
    const rewrite = fromPathModifier({ type: 'ReplaceFullPath', replaceFullPath: '/bar/' }, match);
    expect(rewrite).toEqual({ kind: 'full', value: '/bar/' });
  },
);
