import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Echo, startEcho } from '../support/echo.ts';
import { envoyForTest, testBootstrap } from '../support/envoy.ts';
import { freePort } from '../support/loopback.ts';
import { serveForTest } from '../support/served.ts';

const EXAMPLE = join(import.meta.dirname, '../../examples/canary');
const REQUESTS = 1_000;

test('the canary splits by header and by weight, and an edited weight is one virtual host', async () => {
  const door = await freePort();
  const v1 = await startEcho({ service: 'reviews', version: 'v1' });
  const v2 = await startEcho({ service: 'reviews', version: 'v2' });
  const files = exampleFiles({ 8080: door, 9081: v1.port, 9082: v2.port });
  const served = await serveForTest({ files });
  const gateway = await envoyForTest({
    bootstrap: testBootstrap({
      role: 'router',
      name: 'gateway',
      namespace: 'bookinfo',
      addresses: ['127.0.0.1'],
      labels: { istio: 'ingressgateway' },
      xds: { address: '127.0.0.1', port: served.port },
    }),
  });
  await gateway.ready();
  await gateway.listenersReady(`0.0.0.0_${door}`);

  const call = (headers: Record<string, string> = {}) => shareOfV2(`http://127.0.0.1:${door}/reviews/1`, headers, v2);
  expect(await call({ 'end-user': 'jason' })).toBe(REQUESTS);
  expectShare(await call(), 0.1);

  const routes = files['canary.yaml']!;
  const sent = await served.change(() =>
    served.write('canary.yaml', routes.replace('weight: 90', 'weight: 30').replace('weight: 10\n', 'weight: 70\n')),
  );
  expect(sent.map(({ type, resources, removed }) => ({ type, resources, removed }))).toEqual([
    { type: 'vhds', resources: 1, removed: 0 },
  ]);
  expect(sent[0]!.bytes).toBeLessThanOrEqual(2_048);
  expectShare(await call(), 0.7);
  expect(await call({ 'end-user': 'jason' })).toBe(REQUESTS);
});

/** How many of the requests the second version answered. */
async function shareOfV2(url: string, headers: Record<string, string>, v2: Echo): Promise<number> {
  const before = v2.seen.length;
  for (let i = 0; i < REQUESTS; i += 50) {
    const answers = await Promise.all(Array.from({ length: 50 }, () => fetch(url, { headers })));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    await Promise.all(answers.map((answer) => answer.arrayBuffer()));
  }
  return v2.seen.length - before;
}

/** Within three standard deviations of a binomial. */
function expectShare(hits: number, share: number): void {
  const sigma = Math.sqrt(REQUESTS * share * (1 - share));
  expect(Math.abs(hits - REQUESTS * share)).toBeLessThanOrEqual(3 * sigma);
}

/** The example as it is, but for its ports. */
function exampleFiles(ports: Readonly<Record<number, number>>): Record<string, string> {
  const names = readdirSync(EXAMPLE).filter((name) => name.endsWith('.yaml') && name !== 'calls.yaml');
  const read = (name: string): string =>
    readFileSync(join(EXAMPLE, name), 'utf8').replace(/\b\d{4}\b/g, (port) => `${ports[Number(port)] ?? port}`);
  return Object.fromEntries(names.map((name) => [name, read(name)]));
}
