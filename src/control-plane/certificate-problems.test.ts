import { expect, test, vi } from 'vitest';
import { CA, SHOP } from '../../test/support/certificates.ts';
import { changesOf } from '../source/index.ts';
import { createControlPlane } from './index.ts';
import { watchProblems } from './watch-problems.ts';

const DAY_MS = 24 * 3_600_000;
/** Of all test certificates. */
const END = Date.parse('2120-01-01T00:00:00Z');

function plane(now: (() => number) | undefined, ...documents: readonly object[]) {
  const controlPlane = createControlPlane(now && { now });
  const yaml = documents.map((document) => JSON.stringify(document, null, 2)).join('\n---\n');
  controlPlane.store.apply(changesOf([['secrets.yaml', yaml]]));
  return controlPlane;
}

function told(now: (() => number) | undefined, ...documents: readonly object[]): readonly string[] {
  return plane(now, ...documents)
    .problems()
    .map(({ severity, code, path, place, message }) => `${place?.line} ${severity} ${code} ${path} ${message}`);
}

function secret(data: object, kind: 'data' | 'stringData' = 'stringData') {
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'cart', namespace: 'shop' }, [kind]: data };
}

const PAIR = secret({ 'tls.key': SHOP.key, 'tls.crt': SHOP.cert });

test.each([
  ['a month before its end', END - 30 * DAY_MS, 'expiring-certificate', 'the certificate expires on 2120-01-01'],
  ['a moment before its end', END - 1, 'expiring-certificate', 'the certificate expires on 2120-01-01'],
  ['at its end', END, 'expired-certificate', 'the certificate expired on 2120-01-01'],
])('a certificate is told %s, at its line', (_, now, code, message) => {
  expect(told(() => now, PAIR)).toEqual([`10 warning ${code} stringData["tls.crt"] ${message}`]);
});

test('a certificate that has more than a month is not told, and without a clock none is', () => {
  expect(told(() => END - 31 * DAY_MS, PAIR)).toEqual([]);
  expect(told(undefined, PAIR)).toEqual([]);
});

test('authorities are told too, each by its number', () => {
  const cacert = Buffer.from(CA + CA).toString('base64');
  const at = 'warning expired-certificate data.cacert';
  expect(told(() => END, secret({ cacert }, 'data'))).toEqual([
    `9 ${at} certificate 1 of 2 expired on 2120-01-01`,
    `9 ${at} certificate 2 of 2 expired on 2120-01-01`,
  ]);
});

test('a Secret with something else is none of it', () => {
  expect(told(() => END, secret({ password: 'a', 'ca.crt': 'no certificate' }))).toEqual([]);
});

test('a certificate that ends while nothing changes is told within a day', () => {
  vi.useFakeTimers({ now: END - 30.5 * DAY_MS });
  try {
    const heard: number[] = [];
    const watching = watchProblems(plane(Date.now, PAIR), (problems) => heard.push(problems.length));
    watching.changed();
    vi.advanceTimersByTime(1_000_000);
    expect(heard).toEqual([0]);
    vi.advanceTimersByTime(DAY_MS);
    expect(heard).toEqual([0, 1]);
    watching.stop();
    vi.advanceTimersByTime(10 * DAY_MS);
    expect(heard).toEqual([0, 1]);
  } finally {
    vi.useRealTimers();
  }
});
