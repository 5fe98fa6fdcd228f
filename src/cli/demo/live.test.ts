import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { formatPush, type PushEvent } from './live.ts';

const push: PushEvent = {
  proxy: 'gateway.web',
  type: 'VHDS',
  changed: 1,
  removed: 0,
  names: ['http.8080/*'],
  bytes: 512,
};

test('a push says to whom, what, how much, and how soon it was accepted', () => {
  expect(words({ ...push, ackMs: 4.21 })).toBe('gateway.web VHDS 1 changed 512 B ACK 4.2 ms http.8080/*');
});

test('a push that nobody answered yet is sent, and one that was refused says why', () => {
  expect(words(push)).toContain('sent');
  expect(words({ ...push, nack: 'duplicate domain' })).toContain('NACK duplicate domain');
});

test('of many names only the first are shown', () => {
  expect(words({ ...push, changed: 2, removed: 2, names: ['a', 'b', '-c', '-d'], bytes: 2048 })).toBe(
    'gateway.web VHDS 2 changed, 2 removed 2.0 kB sent a, b, -c, and 1 more',
  );
});

function words(event: PushEvent): string {
  return stripVTControlCharacters(formatPush(event)).replace(/ +/g, ' ');
}
