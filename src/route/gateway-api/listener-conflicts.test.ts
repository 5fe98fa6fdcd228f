import { expect, test } from 'vitest';
import { gateway, listener, listenerSet, shown, world } from './world.fixture.ts';

const SETS = { allowedListeners: { namespaces: { from: 'All' } } };
const CERT = { tls: { certificateRefs: [{ name: 'cert' }] } };
const PASS = { tls: { mode: 'Passthrough' } };

/** By listener: in what conflict it is, if any. */
function conflicts(...objects: Parameters<typeof world>[0]): Readonly<Record<string, string>> {
  const { api } = world(objects);
  return Object.fromEntries(
    api
      .listeners('infra/a')
      .map(({ id, conflicted }) => [id.slice('infra/a#'.length), conflicted.ok ? '-' : conflicted.reason]),
  );
}

test.each([
  ['HTTP and TCP', ['HTTP', {}], ['TCP', {}], 'ProtocolConflict'],
  [
    'HTTP and HTTPS',
    ['HTTP', { hostname: 'a.example' }],
    ['HTTPS', { hostname: 'b.example', ...CERT }],
    'ProtocolConflict',
  ],
  [
    'HTTPS and TLS of one host',
    ['HTTPS', { hostname: 'a.example', ...CERT }],
    ['TLS', { hostname: 'a.example', ...PASS }],
    'HostnameConflict',
  ],
  ['HTTPS and TLS of any host', ['HTTPS', CERT], ['TLS', PASS], 'HostnameConflict'],
  [
    'HTTPS and TLS of two hosts',
    ['HTTPS', { hostname: 'a.example', ...CERT }],
    ['TLS', { hostname: 'b.example', ...PASS }],
    '-',
  ],
  [
    'TLS ended and passed through',
    ['TLS', { hostname: 'a.example', ...CERT }],
    ['TLS', { hostname: 'b.example', ...PASS }],
    '-',
  ],
  ['a host and a wildcard over it', ['HTTP', { hostname: 'a.example' }], ['HTTP', { hostname: '*.example' }], '-'],
  ['a host and any', ['HTTP', { hostname: 'a.example' }], ['HTTP', {}], '-'],
  ['UDP and TCP', ['UDP', {}], ['TCP', {}], '-'],
] as const)('in one Gateway nobody wins: %s on one port', (_, [first, one], [second, other], expected) => {
  const found = conflicts(gateway('infra/a', [listener('x', first, 80, one), listener('y', second, 80, other)]));
  expect(found).toEqual({ x: expected, y: expected });
});

test('a listener on another port is in no conflict', () => {
  const found = conflicts(gateway('infra/a', [listener('x', 'HTTP', 80), listener('y', 'TCP', 81)]));
  expect(found).toEqual({ x: '-', y: '-' });
});

test('the Gateway is before its ListenerSets, and of those the older before the younger', () => {
  const found = conflicts(
    gateway('infra/a', [listener('x', 'HTTP', 80, { hostname: 'a.example' })], SETS),
    listenerSet(
      'infra/old',
      'infra/a',
      [listener('y', 'HTTP', 80, { hostname: 'b.example' }), listener('z', 'HTTP', 80, { hostname: 'a.example' })],
      '2024-01-01T00:00:00Z',
    ),
    listenerSet(
      'infra/new',
      'infra/a',
      [listener('y', 'HTTP', 80, { hostname: 'b.example' }), listener('z', 'HTTP', 80, { hostname: 'c.example' })],
      '2024-01-02T00:00:00Z',
    ),
  );
  expect(found).toEqual({
    x: '-',
    'infra/old#y': '-',
    'infra/old#z': 'HostnameConflict',
    'infra/new#y': 'HostnameConflict',
    'infra/new#z': '-',
  });
});

test('who lost to an older one takes nothing from a younger one', () => {
  const found = conflicts(
    gateway('infra/a', [listener('x', 'HTTP', 80)], SETS),
    listenerSet('infra/b', 'infra/a', [listener('tcp', 'TCP', 80)]),
    listenerSet('infra/c', 'infra/a', [listener('http', 'HTTP', 80, { hostname: 'c.example' })]),
  );
  expect(found).toEqual({ x: '-', 'infra/b#tcp': 'ProtocolConflict', 'infra/c#http': '-' });
});

test('who comes later to a port that has no names is in conflict with the listener itself', () => {
  const found = conflicts(
    gateway('infra/a', [listener('x', 'TCP', 80)], SETS),
    listenerSet('infra/b', 'infra/a', [listener('y', 'TCP', 80)]),
  );
  expect(found).toEqual({ x: '-', 'infra/b#y': 'ListenerConflict' });
});

test('what two listeners of one object fight for is not for younger ones', () => {
  const found = conflicts(
    gateway('infra/a', [listener('x', 'HTTP', 8080)], SETS),
    listenerSet('infra/b', 'infra/a', [listener('tcp', 'TCP', 80), listener('http', 'HTTP', 80)]),
    listenerSet('infra/c', 'infra/a', [listener('http', 'HTTP', 80)]),
  );
  expect(found).toMatchObject({
    'infra/b#tcp': 'ProtocolConflict',
    'infra/b#http': 'ProtocolConflict',
    'infra/c#http': 'ListenerConflict',
  });
});

test('a conflict costs the listener, with its own reason', () => {
  const { api } = world([
    gateway('infra/a', [listener('x', 'HTTP', 80), listener('y', 'TCP', 80), listener('z', 'TCP', 81)]),
  ]);
  const [x] = api.listeners('infra/a');
  expect([x!.accepted, x!.programmed].map(shown)).toEqual(['False/ProtocolConflict', 'False/Invalid']);
  expect(x!.accepted.message).toBe('port 80 is TCP for listener y of Gateway infra/a, and cannot be HTTP too');
  expect(shown(api.gateway('infra/a')!.accepted)).toBe('True/ListenersNotValid');
});

test('a ListenerSet is not told names of another namespace', () => {
  const { api } = world([
    gateway('infra/a', [listener('x', 'HTTP', 8080)], SETS),
    listenerSet('shop/b', 'infra/a', [listener('secret-name', 'HTTP', 80)], '2024-01-01T00:00:00Z'),
    listenerSet('books/c', 'infra/a', [listener('http', 'HTTP', 80)]),
  ]);
  const loser = api.listeners('infra/a').find(({ conflicted }) => !conflicted.ok)!;
  // An object without a time is the oldest.
  expect(loser.id).toBe('infra/a#shop/b#secret-name');
  expect(loser.conflicted.message).toBe('any host on port 80 is of a listener of another ListenerSet too');
});
