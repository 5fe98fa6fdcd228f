import { expect, test } from 'vitest';
import { createFakeAuthority } from './authority.fixture.ts';
import { createServerCertificate } from './server-certificate.ts';
import { createFakeTimers } from './timers.fixture.ts';

function start() {
  const timers = createFakeTimers();
  const authority = createFakeAuthority(timers, 100_000);
  const failures: unknown[] = [];
  const certificate = createServerCertificate({
    authority,
    names: ['pharos', '::1'],
    timers,
    onFailure: (error) => failures.push(error),
  });
  let changes = 0;
  certificate.onChange(() => changes++);
  return { timers, authority, failures, certificate, changes: () => changes };
}

test('the certificate is of the names, with its chain and the roots to ask clients for', () => {
  expect(start().certificate.current()).toMatchObject({
    cert: 'cert 1 of pharos,::1;intermediate;',
    key: 'key 1',
    ca: 'root 1',
    minVersion: 'TLSv1.2',
  });
});

test('it is renewed at half its life, and when the authority changes', () => {
  const { timers, authority, certificate, changes } = start();
  timers.advance(50_000);
  expect(changes()).toBe(1);
  authority.change();
  expect(changes()).toBe(2);
  expect(certificate.current()).toMatchObject({ key: 'key 3', ca: 'root 1, root 2' });
  timers.advance(49_999);
  expect(changes()).toBe(2);
});

test('what cannot be renewed stays, is told, and is tried again', () => {
  const { timers, authority, failures, certificate, changes } = start();
  authority.fail(true);
  timers.advance(50_000);
  expect(failures).toHaveLength(1);
  expect(certificate.current()).toMatchObject({ key: 'key 1' });
  authority.fail(false);
  timers.advance(60_000);
  expect(changes()).toBe(1);
});

test('a certificate with next to no life left is not renewed in a loop', () => {
  const timers = createFakeTimers();
  const authority = createFakeAuthority(timers, 1);
  createServerCertificate({ authority, names: ['pharos'], timers, onFailure: () => {} });
  timers.advance(10_000);
  expect(authority.issued.length).toBeLessThanOrEqual(11);
});
