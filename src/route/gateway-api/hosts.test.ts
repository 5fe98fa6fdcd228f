import { expect, test } from 'vitest';
import type { ObjectKey } from '../../api/index.ts';
import { type HostListener, hostsOfListener, hostsOfPort } from './hosts.ts';

const HOLDER = 'gateway.networking.k8s.io/Gateway/infra/public' as ObjectKey;

/** A listener with routes: `{a: ['a.example.com']}`. */
function listener(hostname: string, routes: Readonly<Record<string, readonly string[]>> = {}): HostListener {
  const attached = Object.entries(routes).map(([name, hostnames]) => ({
    route: `gateway.networking.k8s.io/HTTPRoute/shop/${name}` as ObjectKey,
    hostnames,
  }));
  return { hostname, holder: HOLDER, path: 'spec.listeners[0]', attached, as: undefined };
}

/** By host: the routes in their tiers, or what is answered. */
function shown(hosts: ReturnType<typeof hostsOfPort>): Readonly<Record<string, string | number | undefined>> {
  return Object.fromEntries(
    hosts.map(({ host, routes, answer }) => [
      host,
      routes === '' ? answer : routes.replaceAll('HTTPRoute/shop/', '').replace('k8s:|', ''),
    ]),
  );
}

test('a listener without routes answers for its hosts', () => {
  expect(shown(hostsOfPort([listener('*')]))).toEqual({ '*': 404 });
});

test('routes that mean a host more widely are asked after those that mean it closely', () => {
  const routes = { exact: ['a.b.c'], wide: ['*.c'], wider: ['*'], near: ['*.b.c', 'x.y'] };
  expect(shown(hostsOfPort([listener('*', routes)]))).toEqual({
    'a.b.c': 'exact|near|wide|wider',
    'x.y': 'near|wider',
    '*.b.c': 'near|wide|wider',
    '*.c': 'wide|wider',
    '*': 'wider',
  });
});

test('a host is its closest listener’s, with its routes alone', () => {
  const hosts = hostsOfPort([
    listener('*', { any: ['*'], named: ['x.foo.example.com', 'other.org'] }),
    listener('*.example.com', { example: ['*.example.com'] }),
    listener('*.foo.example.com'),
    listener('abc.foo.example.com', { abc: ['abc.foo.example.com'] }),
  ]);
  expect(shown(hosts)).toEqual({
    'abc.foo.example.com': 'abc',
    'other.org': 'named|any',
    '*.foo.example.com': 404,
    '*.example.com': 'example',
    '*': 'any',
  });
});

test('listeners of one hostname share its routes, each route once', () => {
  const both = [listener('*', { a: ['*'], b: ['*'] }), listener('*', { b: ['*'], c: ['*'] })];
  expect(shown(hostsOfPort(both))).toEqual({ '*': 'a,b,c' });
});

test('a wildcard does not mean the name that it is under', () => {
  expect(shown(hostsOfPort([listener('*', { a: ['*.example.com'], b: ['example.com'] })]))).toEqual({
    'example.com': 'b',
    '*.example.com': 'a',
    '*': 404,
  });
});

test('hosts of other listeners that end TLS have come to the wrong one', () => {
  const hostnames = ['*', 'second.org', '*.wildcard.org', 'fourth.wildcard.org'];
  const at = (own: string) =>
    shown(
      hostsOfListener(
        listener(own, { mine: [own] }),
        hostnames.filter((name) => name !== own).map((name) => listener(name)),
      ),
    );
  expect(at('*')).toEqual({ '*': 'mine', 'second.org': 421, '*.wildcard.org': 421, 'fourth.wildcard.org': 421 });
  expect(at('second.org')).toEqual({
    'second.org': 'mine',
    '*.wildcard.org': 421,
    'fourth.wildcard.org': 421,
    '*': 421,
  });
  expect(at('*.wildcard.org')).toEqual({
    '*.wildcard.org': 'mine',
    'fourth.wildcard.org': 421,
    'second.org': 421,
    '*': 421,
  });
});

test('where no listener means any host, an unknown one is not found', () => {
  expect(shown(hostsOfListener(listener('a.org', { a: ['a.org'] }), [listener('b.org')]))).toEqual({
    'a.org': 'a',
    'b.org': 421,
  });
});

test('a route of a Gateway with a client certificate shows it', () => {
  const [host] = hostsOfPort([{ ...listener('*', { a: ['*'] }), as: 'infra/public' }]);
  expect(host!.routes).toBe('k8s:infra/public|HTTPRoute/shop/a');
});

test('what is true of the hosts of one route alone is the same value, whatever other routes come and go', () => {
  const one = listener('*', { lone: ['b.c', 'a.c'] });
  const both = { ...one, attached: [...one.attached, ...listener('*', { other: ['x.y'] }).attached] };
  const of = (host: HostListener) => hostsOfPort([host]).find(({ host: name }) => name === 'a.c');
  expect(of(one)).toMatchObject({ alike: ['b.c'], routes: 'k8s:|HTTPRoute/shop/lone' });
  expect(of(both)).toBe(of(one));
});

test('a host that two routes have is not with the others of either', () => {
  const routes = { one: ['a.c', 'b.c'], two: ['b.c'] };
  expect(shown(hostsOfPort([listener('*', routes)]))).toEqual({ 'a.c': 'one', 'b.c': 'one,two', '*': 404 });
});
