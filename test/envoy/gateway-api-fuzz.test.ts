/** Generated configurations of Gateway API, right and wrong ones, in real Envoys: they take all of them. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { keyOf, type RawObject } from '../../src/api/index.ts';
import { createControlPlane } from '../../src/control-plane/index.ts';
import { apart } from '../fuzz/gateway-api/apart.ts';
import { classRouter, deletions, sidecar, upserts } from '../fuzz/gateway-api/load.ts';
import { anyConfiguration } from '../fuzz/gateway-api/trials.ts';
import { ISOLATED, serveCase } from '../support/envoy-case.ts';

const WITHIN_MS = 20_000;
/** Side by side, in namespaces of their own. */
const TOGETHER = 8;

test.skipIf(!ISOLATED)(
  'real Envoys take whatever becomes of generated configurations',
  async () => {
    const seed = Date.now() % 2 ** 31;
    const batches = fc.array(await anyConfiguration(), { minLength: TOGETHER, maxLength: TOGETHER });
    const controlPlane = createControlPlane({ gateways: { addressPool: '127.20.0.0/16' } });
    const nodes = [classRouter('pharos', 'delta'), classRouter('second', 'sotw'), sidecar('infra-0', 'delta')];
    await using served = await serveCase(controlPlane, nodes);
    for (const node of nodes) await served.start(node);
    let known: readonly RawObject[] = [];
    let count = 0;
    let listeners = 0;
    const end = performance.now() + WITHIN_MS;
    for (const batch of endless(batches, seed)) {
      const objects = batch.flatMap(apart);
      const kept = new Set(objects.map(keyOf));
      // One transaction: what one Gateway leaves, another takes over.
      controlPlane.store.apply([...deletions(known.filter((one) => !kept.has(keyOf(one)))), ...upserts(objects)]);
      await served.settled().catch((error: Error) => {
        throw new Error(`after ${count} configurations of seed ${seed}: ${JSON.stringify(batch)}`, { cause: error });
      });
      known = objects;
      count += batch.length;
      listeners += controlPlane.status.objects().filter((key) => key.includes('/Gateway/')).length;
      if (performance.now() > end) break;
    }
    // biome-ignore lint/suspicious/noConsole: with the seed a failure can be looked at again
    console.log(`seed ${seed}: ${count} configurations with ${listeners} Gateways of ours`);
    expect(count).toBeGreaterThan(TOGETHER);
  },
  120_000,
);

/** Batch after batch; the same ones for a seed. */
function* endless<T>(batches: fc.Arbitrary<T>, seed: number): Generator<T> {
  for (let i = 0; ; i++) yield* fc.sample(batches, { seed: seed + i, numRuns: 20 });
}
