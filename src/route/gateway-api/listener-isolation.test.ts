import { expect, test } from 'vitest';
import type { ObjectKey } from '../../api/index.ts';
import type { Listener } from './gateway-api.ts';
import { hasWiderNeighbour, isUnserved, owns } from './listener-isolation.ts';
import { no, yes } from './verdict.ts';

const GATEWAY = 'gateway.networking.k8s.io/Gateway/infra/public' as ObjectKey;

function listener(hostname: string | undefined, over: Partial<Listener> = {}): Listener {
  return {
    id: `infra/public#${hostname}`,
    gateway: 'infra/public',
    holder: GATEWAY,
    path: 'spec.listeners[0]',
    name: 'tls',
    port: 443,
    protocol: 'TLS',
    hostname,
    tls: { mode: 'passthrough' },
    supportedKinds: ['TLSRoute'],
    accepted: yes('Accepted'),
    resolvedRefs: yes('ResolvedRefs'),
    programmed: yes('Programmed'),
    conflicted: yes('NoConflicts'),
    overlapping: undefined,
    ...over,
  };
}

const ANY = listener(undefined);
const WIDE = listener('*.example.com');
const NARROW = listener('*.shop.example.com');
const ONE = listener('a.shop.example.com');
const ALL = [ANY, WIDE, NARROW, ONE];

test.each([
  ['a.shop.example.com', ONE],
  ['b.shop.example.com', NARROW],
  ['*.shop.example.com', NARROW],
  ['b.example.com', WIDE],
  ['shop.example.com', WIDE],
  ['example.com', ANY],
  ['*.com', ANY],
  ['*', ANY],
])('%s is of the narrowest listener that names it, and of no wider one', (name, owner) => {
  // Only those are asked for a name that mean it themselves.
  const wider = ALL.slice(0, ALL.indexOf(owner));
  expect(owns(owner, name, ALL)).toBe(true);
  for (const other of wider) expect(owns(other, name, ALL)).toBe(false);
});

test.each([
  ['a listener of another port', listener('a.shop.example.com', { port: 8443 })],
  ['a listener without TLS', listener('a.shop.example.com', { protocol: 'TCP' })],
])('%s takes no name away', (_, other) => {
  expect(owns(WIDE, 'a.shop.example.com', [WIDE, other])).toBe(true);
  expect(hasWiderNeighbour(other, [WIDE, other])).toBe(false);
});

test('a listener that cannot be served keeps its name from wider ones', () => {
  const broken = listener('a.shop.example.com', { programmed: no('Invalid', 'no certificate') });
  expect(isUnserved(broken, [ANY, broken])).toBe(true);
  expect(owns(ANY, 'a.shop.example.com', [ANY, broken])).toBe(false);
});

test('nobody need refuse a name that no other listener would take', () => {
  const broken = listener('a.shop.example.com', { programmed: no('Invalid', 'no certificate') });
  const closed = listener(undefined, { programmed: no('Invalid', 'no certificate') });
  expect(isUnserved(broken, [broken])).toBe(false);
  expect(isUnserved(broken, [broken, closed])).toBe(false);
  expect(isUnserved(broken, [broken, listener('*.other.example')])).toBe(false);
});

test('who lost its hostname to another listener does not refuse for it', () => {
  const loser = listener('a.shop.example.com', { id: 'infra/public#loser', programmed: no('HostnameConflict', '') });
  expect(isUnserved(loser, [ANY, ONE, loser])).toBe(false);
});
