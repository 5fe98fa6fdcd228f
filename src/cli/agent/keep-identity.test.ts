import { expect, onTestFinished, test } from 'vitest';
import { createFakeTimers } from '../../server/timers.fixture.ts';
import { AskFailed, type AskFault } from './ask.ts';
import type { Identity } from './identity.ts';
import { keepIdentity } from './keep-identity.ts';

const HOUR = 3_600_000;

/** What obtaining comes to, time after time: an identity that lives so many milliseconds, or a fault. */
function setUp(...outcomes: readonly (number | AskFault | Error)[]) {
  const timers = createFakeTimers();
  const ended = new AbortController();
  onTestFinished(() => ended.abort());
  const log: string[] = [];
  const start = timers.now();
  const left = [...outcomes];
  const obtain = async (before: Identity | undefined): Promise<Identity> => {
    const outcome = left.shift() ?? 'unreachable';
    if (outcome instanceof Error) throw outcome;
    if (typeof outcome === 'string') throw new AskFailed(outcome, `it is ${outcome}`);
    const serial = Number(before?.uri ?? 0) + 1;
    return { uri: String(serial), notAfterMs: timers.now() + outcome, chainPem: '', keyPem: '', rootsPem: '' };
  };
  const kept = keepIdentity({
    obtain,
    timers,
    random: () => 0,
    onIdentity: ({ uri }) => log.push(`${timers.now() - start}: identity ${uri}`),
    onFailure: ({ message }, againMs) => log.push(`${timers.now() - start}: ${message}, again in ${againMs}`),
    signal: ended.signal,
  });
  /** Time passes; what it starts is done when this is. */
  const pass = async (ms: number): Promise<void> => {
    timers.advance(ms);
    for (let i = 0; i < 20; i++) await Promise.resolve();
  };
  return { kept, log, pass, end: () => ended.abort(), planned: () => timers.planned };
}

test('an identity is renewed when half of its life has passed', async () => {
  const { kept, log, pass } = setUp(24 * HOUR, 24 * HOUR);
  await kept;
  await pass(12 * HOUR - 1);
  expect(log).toEqual(['0: identity 1']);
  await pass(1);
  expect(log).toEqual(['0: identity 1', `${12 * HOUR}: identity 2`]);
});

test('a first one is waited for while nobody answers, less and less often', async () => {
  const { kept, log, pass } = setUp('unreachable', 'unreachable', HOUR);
  await pass(0);
  await pass(500);
  await pass(1_000);
  await kept;
  expect(log).toEqual([
    '0: it is unreachable, again in 500',
    '500: it is unreachable, again in 1000',
    '1500: identity 1',
  ]);
});

test.each<AskFault>(['untrusted', 'unproved', 'refused'])('a first one that is %s is not waited for', async (fault) => {
  const { kept, log } = setUp(fault);
  await expect(kept).rejects.toThrow(`it is ${fault}`);
  expect(log).toEqual([]);
});

test('a mistake of ours is not taken for an answer', async () => {
  await expect(setUp(new TypeError('oops')).kept).rejects.toThrow('oops');
});

test('one that cannot be renewed stays, and renewing is tried again, with longer pauses until it succeeds', async () => {
  const { kept, log, pass } = setUp(HOUR, 'refused', 'untrusted', 'unproved', HOUR, 'refused');
  await kept;
  await pass(HOUR / 2);
  await pass(500);
  await pass(1_000);
  await pass(2_000);
  await pass(HOUR / 2);
  expect(log).toEqual([
    '0: identity 1',
    `${HOUR / 2}: it is refused, again in 500`,
    `${HOUR / 2 + 500}: it is untrusted, again in 1000`,
    `${HOUR / 2 + 1_500}: it is unproved, again in 2000`,
    `${HOUR / 2 + 3_500}: identity 2`,
    `${HOUR + 3_500}: it is refused, again in 500`,
  ]);
});

test('it is never tried more often than once a second, however short lives are', async () => {
  const { kept, log, pass } = setUp(0, 0);
  await kept;
  await pass(999);
  expect(log).toHaveLength(1);
  await pass(1);
  expect(log).toHaveLength(2);
});

test('pauses do not grow over a minute', async () => {
  const { log, pass } = setUp();
  for (let i = 0; i < 12; i++) await pass(60_000);
  expect(log.at(-1)).toMatch(/again in 60000$/);
});

test('nothing is planned when it was ended', async () => {
  const { kept, pass, end, planned } = setUp(HOUR);
  await kept;
  await pass(0);
  expect(planned()).toBe(1);
  end();
  expect(planned()).toBe(0);
});

test('who waits for a first one can be ended', async () => {
  const { kept, pass, end } = setUp('unreachable');
  await pass(0);
  end();
  await kept;
});
