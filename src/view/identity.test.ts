import { expect, test } from 'vitest';
import { falseClaim, type Node } from './index.ts';

const CART = { trustDomain: 'td', namespace: 'shop', serviceAccount: 'cart' };

function claimOf(over: Partial<Node>): string | undefined {
  return falseClaim({
    id: 'plain',
    cluster: 'cart.shop',
    metadata: {},
    protocol: 'delta',
    identity: CART,
    ...over,
  } as Node);
}

test.each<[string, Partial<Node>]>([
  ['nothing more than it proves', {}],
  ['its own account', { metadata: { SERVICE_ACCOUNT: 'cart' } }],
  ['anything, over a connection that proves nothing', { cluster: 'x.other', identity: undefined }],
  ['any labels', { metadata: { labels: { app: 'other' } } }],
])('a proxy may claim %s', (_, over) => {
  expect(claimOf(over)).toBeUndefined();
});

test.each<[string, Partial<Node>, string]>([
  ['namespace by its cluster', { cluster: 'cart.other' }, 'claims namespace "other"'],
  ['namespace by its metadata', { metadata: { NAMESPACE: 'other' } }, 'claims namespace "other"'],
  [
    'namespace by its id',
    { id: 'sidecar~10.0.0.1~cart.other~other.svc.cluster.local' },
    'claims namespace "other", but its connection is of spiffe://td/ns/shop/sa/cart',
  ],
  ['account', { metadata: { SERVICE_ACCOUNT: 'admin' } }, 'claims service account "admin"'],
  ['account in the plain form', { metadata: { serviceAccount: 'admin' } }, 'claims service account "admin"'],
])("a proxy may not claim another's %s", (_, over, message) => {
  expect(claimOf(over)).toContain(message);
});
