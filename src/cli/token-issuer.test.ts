import { InvalidArgumentError } from 'commander';
import { expect, test } from 'vitest';
import { defaultStateDirectory } from './state-directory.ts';
import { tokenIssuer } from './token-issuer.ts';

test('an issuer is named alone, with its keys, and with audiences; each is added to those before', () => {
  const one = tokenIssuer('https://a.example', []);
  const two = tokenIssuer('kubernetes,jwks=/etc/keys.json,audience=istio-ca,audience=pharos', one);
  expect(two).toEqual([
    { issuer: 'https://a.example', jwks: undefined, audiences: [] },
    { issuer: 'kubernetes', jwks: '/etc/keys.json', audiences: ['istio-ca', 'pharos'] },
  ]);
});

test.each([
  ['', 'must begin with the issuer'],
  ['jwks=/keys.json', 'must begin with the issuer'],
  ['a,keys=b', 'not "keys=b"'],
  ['a,audience=', 'not "audience="'],
  ['a,jwks=b,jwks=c', 'takes one jwks'],
])('%j is refused', (text, why) => {
  expect(() => tokenIssuer(text, [])).toThrow(InvalidArgumentError);
  expect(() => tokenIssuer(text, [])).toThrow(why);
});

test('the state lies where PHAROS_STATE says, else where programs of a user keep theirs', () => {
  expect(defaultStateDirectory({ PHAROS_STATE: '/state', XDG_STATE_HOME: '/xdg' })).toBe('/state');
  expect(defaultStateDirectory({ XDG_STATE_HOME: '/xdg' })).toBe('/xdg/pharos');
  expect(defaultStateDirectory({})).toMatch(/\/\.local\/state\/pharos$/);
});
