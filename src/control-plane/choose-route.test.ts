import { expect, test } from 'vitest';
import type { ObjectKey } from '../api/index.ts';
import type { HttpCall } from '../policy/index.ts';
import type { InboundHost, InboundRoute, Match } from '../route/index.ts';
import { chooseRoute } from './choose-route.ts';

const ANY: Match = { path: undefined, ignoreCase: false, headers: [], queryParams: [] };

function named(name: string, match: Partial<Match> = {}): InboundRoute {
  const action = { kind: 'deliver', rewritePath: undefined, rewriteHost: undefined } as const;
  return { name, origin: { object: 'x' as ObjectKey, path: '' }, match: { ...ANY, ...match }, action, policy: {} };
}

const header = (name: string, value: Match['headers'][number]['value']) => ({
  name,
  value,
  invert: false,
  absentMatches: false,
  ignoreCase: false,
});

const HOSTS: readonly InboundHost[] = [
  {
    host: '*',
    routes: [
      named('exact', { path: { kind: 'exact', value: '/a' } }),
      named('segments', { path: { kind: 'segment-prefix', value: '/api' } }),
      named('pattern', { path: { kind: 'regex', value: '/[0-9]+' } }),
      named('put', { headers: [header(':method', { kind: 'exact', value: 'PUT' })] }),
      named('header', { headers: [header('x-a', { kind: 'regex', value: 'b+' })] }),
      named('page', { queryParams: [{ name: 'page', value: { kind: 'exact', value: '7' } }] }),
    ],
  },
  { host: '*.shop', routes: [named('wild')] },
  { host: 'cart.shop', routes: [named('cart')] },
];

function chosen(path: string, rest: Partial<HttpCall> = {}): string | undefined {
  const call = { method: 'GET', path, host: 'x', headers: {}, claims: undefined, ...rest };
  return chooseRoute(HOSTS, call)?.name;
}

test.each([
  ['/a', {}, 'exact'],
  ['/a?b', {}, 'exact'],
  ['/a/', {}, undefined],
  ['/api', {}, 'segments'],
  ['/api/x', {}, 'segments'],
  ['/apis', {}, undefined],
  ['/12', {}, 'pattern'],
  ['/12x', {}, undefined],
  ['/', { method: 'PUT' }, 'put'],
  ['/', { headers: { 'x-a': 'bb' } }, 'header'],
  ['/', { headers: { 'x-a': 'abb' } }, undefined],
  ['/?page=7', {}, 'page'],
  ['/?page=8&page=7', {}, undefined],
  ['/', { host: 'a.shop' }, 'wild'],
  ['/', { host: 'CART.shop:8080' }, 'cart'],
] as const)('%s %j is of %s', (path, rest, expected) => {
  expect(chosen(path, rest)).toBe(expected);
});
