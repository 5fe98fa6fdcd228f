import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readCalls, titleOf } from '../support/calls.ts';
import { envoyAdmin } from '../support/envoy-admin.ts';
import { judgeCall } from '../support/judge-call.ts';
import { performCall } from '../support/perform-call.ts';
import { edit, exampleOnFreePorts, runDemo, startDemo } from '../support/run-demo.ts';
import { until } from '../support/until.ts';

test.each(['delta', 'sotw'])(
  'the canary example does what its calls.yaml says, over %s, and follows its files',
  async (protocol) => {
    const { directory } = await exampleOnFreePorts('canary', PORTS);
    const demo = await startCanary(directory, protocol);
    const { stats } = envoyAdmin(demo.adminAddress);

    for (const call of readCalls(join(directory, 'calls.yaml'))) {
      const port = Number(new URL(call.call.split(' ')[1]!).port);
      const result = await performCall(call, { address: '127.0.0.1', port, stats });
      expect(judgeCall(call, result), titleOf(call)).toEqual([]);
    }

    const reviews = (await (await fetch(`${demo.door}/reviews/1`)).json()) as { service: string };
    expect(reviews.service).toBe('reviews');
    edit(join(directory, 'canary.yaml'), 'prefix: /ratings', 'prefix: /stars');
    await until('the new path is routed', async () => (await fetch(`${demo.door}/stars`)).status === 200);
    expect((await fetch(`${demo.door}/ratings`)).status).toBe(404);

    expect(await demo.stop()).toBe(0);
    await expect(fetch(demo.door)).rejects.toThrow();
  },
);

test('the Gateway API example does what its calls.yaml says, and follows its files', async () => {
  const { directory } = await exampleOnFreePorts('gateway-api', [8080, 9081, 9082]);
  const { output, stop } = await startDemo(directory, 'delta');
  const [, door, adminAddress] = /public is ready: (\S+) .*admin page: http:\/\/(\S+)/.exec(output()) ?? [];
  const { stats } = envoyAdmin(adminAddress!);
  for (const call of readCalls(join(directory, 'calls.yaml'))) {
    const port = Number(new URL(call.call.split(' ')[1]!).port);
    expect(judgeCall(call, await performCall(call, { address: '127.0.0.1', port, stats })), titleOf(call)).toEqual([]);
  }

  const before = output().length;
  edit(join(directory, 'reviews.yaml'), 'value: /comments', 'value: /remarks');
  await until('the new path is routed', async () => {
    const { status } = await fetch(`${door}/remarks/7`, { redirect: 'manual' });
    return status === 301;
  });
  expect(
    output()
      .slice(before)
      .match(/VHDS +1 changed/g),
  ).toHaveLength(1);
  expect(await stop()).toBe(0);
});

test('a demo whose port is taken says which and for whom, and leaves nothing running', async () => {
  const { directory, ports } = await exampleOnFreePorts('canary', PORTS);
  await startDemo(directory, 'delta');
  const second = runDemo(directory, 'delta');

  expect(await second.ended).not.toBe(0);
  expect(second.output()).toContain(`port ${ports.get(9082)}, for reviews v2, is in use by another program`);
});

const PORTS = [8080, 9081, 9082, 9083];

async function startCanary(directory: string, protocol: string) {
  const demo = await startDemo(directory, protocol);
  const [, door, adminAddress] = /gateway is ready: (\S+) .*admin page: http:\/\/(\S+)/.exec(demo.output()) ?? [];
  return { ...demo, door: door!, adminAddress: adminAddress! };
}
