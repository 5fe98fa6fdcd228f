import { describe, expect, test } from 'vitest';
import { performStoryCall } from '../support/authorization-call.ts';
import { createOffline, type Offline } from '../support/authorization-offline.ts';
import { placeOf, type Scene, setUp } from '../support/authorization-scene.ts';
import { type StoryCall, stories, titleOf } from '../support/authorization-story.ts';
import { differs, isLike, isWithin } from '../support/differs.ts';
import type { RunningEnvoy } from '../support/envoy.ts';
import { NO_CLUSTER_ADDRESSES } from '../support/sidecar.ts';

const MINIMUM_OF_CALLS = 150;

const all = stories();

test(`there are at least ${MINIMUM_OF_CALLS} calls, over HTTP and TCP, let in and kept out`, () => {
  const calls = all.flatMap((story) => story.calls);
  const overTcp = calls.filter(({ call }) => call === 'TCP');
  expect(calls.length).toBeGreaterThanOrEqual(MINIMUM_OF_CALLS);
  for (const some of [calls, overTcp]) {
    expect(some.filter(({ is }) => is === 'allowed').length).toBeGreaterThan(some.length / 4);
    expect(some.filter(({ is }) => is !== 'allowed').length).toBeGreaterThan(some.length / 4);
  }
});

describe.skipIf(NO_CLUSTER_ADDRESSES)('a real Envoy answers as its policies say, and as is said offline', () => {
  test.each(all.map((story) => [story.name, story] as const))('%s', async (_, story) => {
    const scene = await setUp(story);
    const offline = createOffline(scene);
    const wrong: Record<string, readonly string[]> = {};
    for (const call of story.calls) {
      const told = await see(call, scene, offline);
      if (told.length > 0) wrong[titleOf(call)] = told;
    }
    expect(wrong).toEqual({});
  });
});

/** What is not as the call says; and where something else is said offline. */
async function see(call: StoryCall, scene: Scene, offline: Offline): Promise<readonly string[]> {
  const { issuer, served, envoy, asked, story } = scene;
  const { token, signer } = call;
  const text = typeof token === 'string' || token === undefined ? token : await issuer.sign(token, signer);
  const before = { asked: asked.length, counted: await count(call, envoy) };
  const answer = await performStoryCall(call, text, placeOf(call, story), served.serving.secure!.authority);
  const wasAsked = asked.slice(before.asked);
  return [
    ...differs('status', statusOf(call), answer.status),
    ...differs('asked', call.asked ? 1 : 0, wasAsked.length),
    ...differs('told', call.told, call.told && wasAsked[0], isWithin),
    ...differs('counted', call.counter ? 1 : 0, (await count(call, envoy)) - before.counted),
    ...Object.entries(call.arrives).flatMap(([name, value]) =>
      differs(`${name} that arrives`, value, answer.echoed?.headers[name], isLike),
    ),
    ...Object.entries(call.answer).flatMap(([name, value]) =>
      differs(`${name} of the answer`, value, answer.headers[name], isLike),
    ),
    ...(await offline.disagreements(call, text, answer.status)),
  ];
}

function statusOf({ call, is }: StoryCall): number {
  if (is === 'allowed') return 200;
  if (is === 'denied') return call === 'TCP' ? 0 : 403;
  return is;
}

async function count({ counter }: StoryCall, envoy: RunningEnvoy): Promise<number> {
  if (counter === undefined) return 0;
  return [...(await envoy.stats(`${counter}$`)).values()].reduce((sum, one) => sum + one, 0);
}
