import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createControlPlane } from '../../src/control-plane/index.ts';
import { type Cluster, decode, type JsonObject, type JsonValue, typeUrlOf, type XdsType } from '../../src/proto/index.ts';
import { createServer, type XdsServer } from '../../src/server/index.ts';
import { createGraphSource } from '../../src/server/views.ts';
import type { Protocol } from '../../src/xds/index.ts';
import { type CaseProxy, corpus, type GoldenCase } from '../support/corpus.ts';
import { TestProxy } from '../support/test-proxy.ts';
import { until } from '../support/until.ts';

const cases = corpus()
  .filter(({ proxies }) => proxies.length > 0)
  .map((golden) => [golden.name, golden] as const);

describe('whatever the protocol, a proxy ends with the same', () => {
  test.each(cases)('%s', async (_, golden) => {
    await using server = await serving(golden);
    for (const proxy of golden.proxies) {
      const [sotw, delta] = await Promise.all([server.connect(proxy, 'sotw'), server.connect(proxy, 'delta')]);
      expect(inlined(received(delta))).toEqual(received(sotw));
    }
  });
});

describe('nothing is sent twice, and nothing at all to a delta proxy that comes back', () => {
  test.each(cases)('%s', async (_, golden) => {
    await using server = await serving(golden);
    for (const proxy of golden.proxies) {
      const [sotw, delta] = await Promise.all([server.connect(proxy, 'sotw'), server.connect(proxy, 'delta')]);
      expect(repeated(sotw)).toEqual([]);
      expect(repeated(delta)).toEqual([]);
      const before = delta.responses.length;
      await delta.reconnect();
      await answered(delta);
      const again = delta.responses.slice(before);
      expect(again.flatMap(({ type, resources }) => resources.map(({ name }) => `${type} ${name}`))).toEqual([]);
    }
  });
});
