import { status } from '@grpc/grpc-js';
import { expect, test } from 'vitest';
import type { Caller } from '../auth/index.ts';
import { subjectOf } from './impersonation.ts';

const id = (serviceAccount: string, namespace = 'shop', trustDomain = 'td') => ({
  trustDomain,
  namespace,
  serviceAccount,
});
const CART = id('cart');
const options = {
  trustedNodeAccounts: ['istio-system/ztunnel'],
  residents: {
    nodeOf: (namespace: string, pod: string) => (`${namespace}/${pod}` === 'istio-system/z-1' ? 'node-1' : undefined),
    runsOn: (node: string, namespace: string, account: string) =>
      `${node} ${namespace} ${account}` === 'node-1 shop cart',
  },
};
const ZTUNNEL: Caller = { identity: id('ztunnel', 'istio-system'), via: 'token', node: 'node-1' };

test('who asks for nobody else is given a certificate of his own', () => {
  expect(subjectOf(ZTUNNEL, undefined, options)).toBe(ZTUNNEL.identity);
  expect(subjectOf({ identity: CART, via: 'certificate' }, CART, options)).toBe(CART);
});

test('a trusted node account is given what runs on its node, which its token or its Pod says', () => {
  expect(subjectOf(ZTUNNEL, CART, options)).toBe(CART);
  expect(subjectOf({ ...ZTUNNEL, node: undefined, pod: 'z-1' }, CART, options)).toBe(CART);
});

test.each<[string, Caller, ReturnType<typeof id>]>([
  ['is not a trusted node account', { ...ZTUNNEL, identity: id('default', 'istio-system') }, CART],
  ['is not a trusted node account', { ...ZTUNNEL, identity: id('ztunnel', 'shop') }, CART],
  ['is of another trust domain', ZTUNNEL, id('cart', 'shop', 'other')],
  ['proves no node', { ...ZTUNNEL, node: undefined }, CART],
  ['proves no node', { ...ZTUNNEL, node: undefined, pod: 'z-2' }, CART],
  ['no Pod of it runs on the node "node-2"', { ...ZTUNNEL, node: 'node-2', pod: 'z-1' }, CART],
  ['no Pod of it runs on the node "node-1"', ZTUNNEL, id('reviews')],
  ['no Pod of it runs on the node "node-1"', ZTUNNEL, id('cart', 'bank')],
])('denied: %s', (why, caller, asked) => {
  expect(() => subjectOf(caller, asked, options)).toThrow(
    expect.objectContaining({ code: status.PERMISSION_DENIED, message: expect.stringContaining(why) }),
  );
});
