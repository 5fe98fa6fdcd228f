import fc from 'fast-check';
import { expect, test } from 'vitest';
import { re2Matches } from '../../lib/re2.ts';
import { allBut } from './all-but.ts';

const WORDS = ['content-length', 'connection', 'host', 'te', 'trailer', 'transfer-encoding'];

test.each(WORDS)('%s is not among all but it', (word) => {
  expect(re2Matches(allBut(WORDS), word)).toBe(false);
});

test.each(['content-type', 'hos', 'hosts', 't', 'tea', 'x-user', 'connection-x', 'trailers'])('%s is', (word) => {
  expect(re2Matches(allBut(WORDS), word)).toBe(true);
});

test('names with a colon are never', () => {
  for (const word of [':path', ':status', 'x:y', '']) expect(re2Matches(allBut([...WORDS, '']), word)).toBe(false);
});

test('any words are left out, and no others', () => {
  const word = fc.stringMatching(/^[ab-]{1,4}$/);
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 5 }), word, (words, asked) => {
      expect(re2Matches(allBut(words), asked)).toBe(!words.includes(asked));
    }),
  );
});
