import { expect, test } from 'vitest';
import { sharesOf } from '../lib/shares.ts';
import type { Resource } from '../proto/index.ts';
import { type DeltaRequest, onDeltaRequest } from './delta.ts';
import { resourceSet } from './resource-set.ts';
import { namesIn } from './resubscribe.ts';
import { nextPush, type Push, type Subscription } from './subscription.ts';

const FIRST = names('first', 600);
const SECOND = names('second', 600);
const SET = resourceSet([sharesOf([...FIRST, ...SECOND].map((name) => [name, resource(name)] as const))]);

test('two long questions are answered one after the other, with the same bytes whenever the second came', () => {
  const early = answerTo(ask(answerTo(ask(undefined, FIRST)).subscription, SECOND), '1');
  const late = answerTo(ask(ask(answerTo(ask(undefined, FIRST)).subscription, [], '1'), SECOND));
  expect(early.plan.resources.map(({ name }) => name)).toEqual(SECOND);
  expect(early.plan).toBe(late.plan);
});

test('short questions are answered together', () => {
  const asked = ask(ask(ask(undefined, FIRST), ['second-1']), ['second-2']);
  expect(asked.waiting).toEqual([]);
  expect(answerTo(asked).plan.resources).toHaveLength(602);
});

test('what is said after a question that waits, waits too', () => {
  const asked = ask(answerTo(ask(undefined, FIRST)).subscription, SECOND);
  const withdrawn = ask(asked, [], '', ['second-7']);
  expect(namesIn(withdrawn)).toBe(1_200);
  const { plan, subscription } = answerTo(withdrawn, '1');
  expect(plan.resources).toHaveLength(600);
  const done = nextPush(ask(subscription, [], '2'), SET, 'make').subscription;
  expect([done.waiting, done.scope.names.names.has('second-7')]).toEqual([[], false]);
});

function names(of: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => `${of}-${i}`);
}

function resource(name: string): Resource {
  return { type: 'eds', name, version: 'v', bytes: new Uint8Array(1) };
}

function ask(
  before: Subscription | undefined,
  subscribe: readonly string[],
  nonce = '',
  unsubscribe: readonly string[] = [],
): Subscription {
  const request: DeltaRequest = {
    type: 'eds',
    subscribe,
    unsubscribe,
    initialVersions: new Map(),
    nonce,
    error: undefined,
  };
  return onDeltaRequest(before, request).subscription;
}

/** The response to send; before that, the proxy accepts the one that it was sent with this nonce. */
function answerTo(subscription: Subscription, accepted?: string): Push {
  const push = nextPush(accepted === undefined ? subscription : ask(subscription, [], accepted), SET, 'make');
  if (!push.plan) throw new Error('nothing is to be sent');
  return push;
}
