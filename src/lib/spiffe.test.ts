import { expect, test } from 'vitest';
import { parseSpiffeUri, spiffeUri } from './spiffe.ts';

test('a workload is named by its trust domain, namespace and service account', () => {
  const id = { trustDomain: 'cluster.local', namespace: 'shop', serviceAccount: 'cart' };
  expect(spiffeUri(id)).toBe('spiffe://cluster.local/ns/shop/sa/cart');
  expect(parseSpiffeUri(spiffeUri(id))).toEqual(id);
});

test.each([
  ['https://cluster.local/ns/shop/sa/cart'],
  ['spiffe://cluster.local/ns/shop'],
  ['spiffe://cluster.local/ns/shop/sa/cart/x'],
  ['spiffe://cluster.local/ns//sa/cart'],
  ['spiffe:///ns/shop/sa/cart'],
  ['spiffe://cluster.local/ns/shop/sa/cart\n'],
  ['spiffe://cluster.local/ns/sh%20op/sa/cart'],
  ['spiffe://user@cluster.local/ns/shop/sa/cart'],
])('%j names no workload', (uri) => {
  expect(parseSpiffeUri(uri)).toBeUndefined();
});
