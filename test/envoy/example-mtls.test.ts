import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Call, readCalls, titleOf } from '../support/calls.ts';
import { envoyAdmin } from '../support/envoy-admin.ts';
import { judgeCall } from '../support/judge-call.ts';
import { type Door, performCall } from '../support/perform-call.ts';
import { edit, exampleOnFreePorts, startDemo } from '../support/run-demo.ts';
import { until } from '../support/until.ts';

const PORTS = [8443, 8000, 9091, 9092];

test.each(['delta', 'sotw'])(
  'the mTLS example lets in and keeps out as its calls.yaml says, over %s',
  async (protocol) => {
    const { calls, doorOf, stop } = await startExample(protocol);
    expect(calls.filter(({ expect }) => expect.status === 200).length).toBeGreaterThanOrEqual(3);
    expect(calls.filter(({ expect }) => expect.status !== 200).length).toBeGreaterThanOrEqual(3);

    for (const call of calls) {
      expect(judgeCall(call, await performCall(call, doorOf(call))), titleOf(call)).toEqual([]);
    }
    expect(await stop()).toBe(0);
  },
);

test('web may no longer call orders once the rule that lets it is gone: one push, to one proxy', async () => {
  const { directory, calls, doorOf, output } = await startExample('delta');
  const call = calls.find(({ from }) => from === 'web-1')!;
  const statuses = async (times: number) => {
    const { answers } = await performCall({ ...call, times }, doorOf(call));
    return answers.map(({ status }) => status);
  };
  expect(await statuses(10)).toEqual(Array(10).fill(200));

  const before = output().length;
  edit(join(directory, 'policies.yaml'), 'principals: [cluster.local/ns/shop/sa/web]', 'principals: [nobody]');
  const pushes = (): string[] =>
    output()
      .slice(before)
      .match(/^.* ACK .*$/gm) ?? [];
  await until('the change is pushed', () => pushes().length > 0);
  // The two threads of web's sidecar may have a connection each that is open already: it serves one more.
  const after = [...(await statuses(10)), ...(await statuses(10)), ...(await statuses(10)), ...(await statuses(10))];
  expect(after.filter((status) => status === 200).length).toBeLessThanOrEqual(2);
  expect(after.filter((status) => status === 403).length).toBeGreaterThanOrEqual(38);
  expect(pushes()).toEqual([expect.stringMatching(/^orders-1\.shop +LDS +1 changed /)]);
});

/** The demo as a user runs it, and how each of its calls is made. */
async function startExample(protocol: string) {
  const { directory } = await exampleOnFreePorts('mtls', PORTS);
  const demo = await startDemo(directory, protocol);
  const said = demo.output();
  const ca = readFileSync(join(directory, 'ca.pem'), 'utf8');
  const { stats } = envoyAdmin(/gateway is ready: .*admin page: http:\/\/(\S+)/.exec(said)![1]!);
  const doorOf = (call: Call): Door => {
    const url = new URL(call.call.split(' ')[1]!);
    if (call.from === 'gateway') return { address: '127.0.0.1', port: Number(url.port), ca, stats };
    const [, proxyPort] = new RegExp(`sidecar of ${call.from} is ready: .*:(\\d+) .*`).exec(said) ?? [];
    if (!proxyPort) return { address: url.hostname, port: Number(url.port) };
    return { address: '127.0.0.1', port: Number(proxyPort), kind: 'http-proxy' };
  };
  return { ...demo, directory, doorOf, calls: readCalls(join(directory, 'calls.yaml')) };
}
