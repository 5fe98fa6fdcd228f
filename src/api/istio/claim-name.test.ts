import { expect, test } from 'vitest';
import { matchedNameMistake, parseClaimName } from './claim-name.ts';

test.each([
  ['@request.auth.claims.sub', ['sub']],
  ['@request.auth.claims.realm.roles', ['realm', 'roles']],
  ['@request.auth.claims[sub]', ['sub']],
  ['@request.auth.claims[a.b][c]', ['a.b', 'c']],
  ['@Request.Auth.Claims.Sub', ['Sub']],
])('%s is a claim of a token', (name, path) => {
  expect(parseClaimName(name)).toEqual(path);
  expect(matchedNameMistake(name)).toBeUndefined();
});

test.each([
  '@request.auth.claims',
  '@request.auth.claims.',
  '@request.auth.claims.a..b',
  '@request.auth.claims[]',
  '@request.auth.claims[a]b',
  '@request.auth.claims[a',
  '@request.auth.principal',
  '@request',
])('%s is nothing that a match may ask for', (name) => {
  expect(parseClaimName(name)).toBeUndefined();
  expect(matchedNameMistake(name)).toContain('must be a claim of a token');
});

test('all other names are of headers', () => {
  expect(parseClaimName('x-team')).toBeUndefined();
  expect(matchedNameMistake('x-team')).toBeUndefined();
  expect(matchedNameMistake('x team')).toBe('must be a header name');
});
