import { expect, test } from 'vitest';
import { Graph } from '../graph/index.ts';
import { createWorkloadSecrets, ROOTS_ROW } from '../translate/index.ts';
import { createFakeAuthority } from './authority.fixture.ts';
import { createFakeTimers } from './timers.fixture.ts';
import { createWorkloadCertificates } from './workload-certificates.ts';

const CART = { trustDomain: 'td', namespace: 'shop', serviceAccount: 'cart' };
const REVIEWS = { ...CART, serviceAccount: 'reviews' };

function start() {
  const timers = createFakeTimers();
  const authority = createFakeAuthority(timers);
  const secrets = createWorkloadSecrets(new Graph());
  const failures: unknown[] = [];
  const certificates = createWorkloadCertificates({
    authority,
    secrets,
    timers,
    validityMs: 30_000,
    graceMs: 5_000,
    trustFirstMs: 2_000,
    onFailure: (identity, error) => failures.push([identity, error]),
  });
  return { timers, authority, secrets, failures, certificates };
}

test('the first stream of a workload makes its certificate at once, the second has the same', () => {
  const { authority, secrets, certificates } = start();
  certificates.hold(CART);
  certificates.hold(CART);
  expect(secrets.certificates.get('shop/cart')).toEqual({
    chainPem: 'cert 1 of spiffe://td/ns/shop/sa/cart;intermediate;',
    keyPem: 'key 1',
  });
  expect(authority.issued).toEqual(['spiffe://td/ns/shop/sa/cart']);
});

test('a certificate is replaced at half its life, again and again', () => {
  const { timers, authority, secrets, certificates } = start();
  certificates.hold(CART);
  timers.advance(14_999);
  expect(authority.issued).toHaveLength(1);
  timers.advance(1);
  timers.settle();
  expect(secrets.certificates.get('shop/cart')?.keyPem).toBe('key 2');
  timers.advance(30_000);
  timers.settle();
  expect(authority.issued).toHaveLength(4);
});

test('it stays while one stream is open and for the grace after the last, and is gone then with all that was planned', () => {
  const { timers, authority, secrets, certificates } = start();
  const [first, second] = [certificates.hold(CART), certificates.hold(CART)];
  first();
  first();
  timers.advance(9_000);
  expect(certificates.size).toBe(1);
  second();
  timers.advance(4_999);
  expect(secrets.certificates.keys()).toEqual(['shop/cart']);
  timers.advance(1);
  expect(secrets.certificates.keys()).toEqual([]);
  expect(timers.planned).toBe(0);
  timers.advance(100_000);
  expect(authority.issued).toHaveLength(1);
});

test('a proxy that is back within the grace has the certificate that it had', () => {
  const { timers, authority, certificates } = start();
  certificates.hold(CART)();
  timers.advance(4_000);
  certificates.hold(CART);
  timers.advance(6_000);
  expect(certificates.size).toBe(1);
  expect(authority.issued).toHaveLength(1);
});

test('a new root is believed at once, and certificates of it come later, one a turn', () => {
  const { timers, authority, secrets, certificates } = start();
  certificates.hold(CART);
  certificates.hold(REVIEWS);
  authority.change();
  expect(secrets.trust.get(ROOTS_ROW)).toEqual({ rootsPem: 'root 1, root 2', crlPem: undefined });
  timers.advance(1_999);
  expect(authority.issued).toHaveLength(2);
  timers.advance(1);
  expect(authority.issued).toHaveLength(2);
  expect(timers.settle()).toBe(2);
  expect(authority.issued).toHaveLength(4);
});

test('what cannot be renewed stays, is told, and is tried again', () => {
  const { timers, authority, secrets, failures, certificates } = start();
  certificates.hold(CART);
  authority.fail(true);
  timers.advance(15_000);
  timers.settle();
  expect(failures).toEqual([[CART, new Error('the signer has expired')]]);
  expect(secrets.certificates.get('shop/cart')?.keyPem).toBe('key 1');
  authority.fail(false);
  timers.advance(5_000);
  timers.settle();
  expect(secrets.certificates.get('shop/cart')?.keyPem).toBe('key 2');
});

test('a stream that opens while nothing can be issued is served, and has its certificate later', () => {
  const { timers, authority, secrets, certificates } = start();
  authority.fail(true);
  certificates.hold(CART);
  expect(secrets.certificates.get('shop/cart')).toBeUndefined();
  authority.fail(false);
  timers.advance(5_000);
  timers.settle();
  expect(secrets.certificates.get('shop/cart')?.keyPem).toBe('key 1');
});

test('after close nothing is renewed or dropped', () => {
  const { timers, authority, certificates } = start();
  const release = certificates.hold(CART);
  certificates.close();
  release();
  authority.change();
  timers.advance(100_000);
  timers.settle();
  expect(authority.issued).toHaveLength(1);
  expect(timers.planned).toBe(0);
});

test('two trust domains cannot have one name', () => {
  const { certificates } = start();
  certificates.hold(CART);
  expect(() => certificates.hold({ ...CART, trustDomain: 'other' })).toThrow('cannot be spiffe://other');
});
