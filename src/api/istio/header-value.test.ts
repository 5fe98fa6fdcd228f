import { expect, test } from 'vitest';
import { HEADER_VALUES } from './header-value.fixture.ts';
import { headerValueMistake } from './header-value.ts';

test.each(HEADER_VALUES.taken)('%j is a header value', (value) => {
  expect(headerValueMistake(value)).toBeUndefined();
});

test.each(HEADER_VALUES.refused)('%j is none', (value) => {
  expect(headerValueMistake(value)?.message).toMatch(/^must have %% for a percent sign/);
});

test.each([
  ['100%', '"100%" is neither', '"100%%"'],
  ['a%20b%20c', '"a%20b%20c" is neither', '"a%%20b%%20c"'],
  ['%PROTOCOL%%', '"%PROTOCOL%%" is neither', '"%PROTOCOL%%%"'],
  [`${'x'.repeat(50)}%REQ(id) ${'y'.repeat(50)}`, '"xxxxxxxxxx%REQ(id) yyyyyyyyyyy" is neither', '%%REQ(id)'],
])('of %s the place is shown, and how to write the text as it is', (value, place, text) => {
  const { message, hint } = headerValueMistake(value)!;
  expect(message).toContain(place);
  expect(hint).toContain(text.slice(0, 10));
});

test('what the hint says to write is a header value', () => {
  for (const value of HEADER_VALUES.refused) {
    const { hint } = headerValueMistake(value)!;
    expect(headerValueMistake(JSON.parse(hint!.slice(hint!.indexOf('"'))))).toBeUndefined();
  }
});

test('a value of several lines, or of more than Envoy takes, is none', () => {
  expect(headerValueMistake('a\nb')).toMatchObject({ message: 'must be one line, not "a\\nb"' });
  expect(headerValueMistake('a\0b')?.message).toContain('must be one line');
  expect(headerValueMistake('x'.repeat(16_384))).toBeUndefined();
  expect(headerValueMistake('é'.repeat(8_193))?.message).toBe('must have at most 16384 bytes, not 16386');
});

test('a value made to be slow is read in no time that anybody would notice', () => {
  expect(headerValueMistake('%A('.repeat(5_461))?.message).toContain('is neither');
});
