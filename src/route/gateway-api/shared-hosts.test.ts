import { expect, test } from 'vitest';
import type { ObjectKey } from '../../api/index.ts';
import type { GatewayHost } from '../routing.ts';
import { sharedHosts } from './shared-hosts.ts';

const A: GatewayHost = { host: 'a.example.com', routes: 'k8s:|HTTPRoute/shop/cart', answer: 404 };

test('hosts with the same routes are one, under the name of the first', () => {
  const all = sharedHosts([A, { ...A, host: 'b.example.com' }, { ...A, host: 'c.example.com' }]);
  expect(all).toEqual([{ ...A, alike: ['b.example.com', 'c.example.com'] }]);
});

test.each([
  ['other routes', { routes: 'k8s:|HTTPRoute/shop/cart,HTTPRoute/shop/pay' }],
  ['another answer', { answer: 421 as const }],
  ['a redirect to https', { httpsRedirect: true }],
  ['another reason to be there', { origin: { object: 'x' as ObjectKey, path: 'spec.hostnames' } }],
])('a host with %s stays by itself', (_, other) => {
  expect(sharedHosts([A, { ...A, host: 'b.example.com', ...other }])).toHaveLength(2);
});

test('hosts that stand for others are one with them', () => {
  const all = sharedHosts([
    { ...A, host: 'long.example.com', alike: ['b.example.com'] },
    { ...A, alike: ['c.example.com'] },
  ]);
  expect(all).toEqual([{ ...A, host: 'long.example.com', alike: ['a.example.com', 'b.example.com', 'c.example.com'] }]);
});
