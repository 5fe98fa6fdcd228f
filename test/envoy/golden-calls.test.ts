import { expect, onTestFinished, test } from 'vitest';
import { resourcesFor } from '../../src/control-plane/offline.ts';
import type { ClusterLoadAssignment } from '../../src/proto/index.ts';
import type { Node } from '../../src/view/index.ts';
import { readCalls, titleOf } from '../support/calls.ts';
import { type CaseProxy, corpus } from '../support/corpus.ts';
import { startEcho } from '../support/echo.ts';
import { type EnvoyCase, ISOLATED, startCase } from '../support/envoy-case.ts';
import { judgeCall } from '../support/judge-call.ts';
import { type Door, performCall } from '../support/perform-call.ts';

/** Programs that are told to use an `http_proxy` need no iptables to meet a sidecar. */
const HTTP_PROXY_PORT = 15_002;

const runs = corpus().flatMap((golden) =>
  golden.calls === undefined
    ? []
    : golden.proxies.flatMap((proxy) =>
        (['delta', 'sotw'] as const).map((protocol) => [golden.name, proxy.name, protocol, golden, proxy] as const),
      ),
);

test.skipIf(!ISOLATED && !process.env.CI).each(runs)(
  '%s: calls from %s over %s go where its calls.yaml says',
  async (_, name, protocol, golden, proxy) => {
    const node = { ...withHttpProxy(proxy), protocol };
    await using running = await startCase(golden, node);
    await startEchoes(running, node);
    for (const call of readCalls(golden.calls!).filter(({ from }) => from === name)) {
      const result = await performCall(call, doorOf(running, node, call.call));
      expect(judgeCall(call, result), titleOf(call)).toEqual([]);
    }
  },
);

test('every call is from a proxy of its case', () => {
  const strangers = corpus().flatMap(({ name, calls, proxies }) =>
    calls === undefined
      ? []
      : readCalls(calls).flatMap(({ from }) =>
          proxies.some((proxy) => proxy.name === from) ? [] : [`${name}: ${from}`],
        ),
  );
  expect(strangers).toEqual([]);
});

function isRouter({ metadata }: Node): boolean {
  return metadata['role'] === 'router' || metadata['role'] === 'gateway';
}

function withHttpProxy({ node }: CaseProxy): Node {
  if (isRouter(node)) return node;
  return { ...node, metadata: { ...node.metadata, HTTP_PROXY_PORT: `${HTTP_PROXY_PORT}` } };
}

function doorOf({ envoy }: EnvoyCase, node: Node, call: string): Door {
  const address = '127.0.0.1';
  if (!isRouter(node)) return { address, port: HTTP_PROXY_PORT, kind: 'http-proxy', stats: envoy.stats };
  return { address, port: Number(new URL(call.split(' ')[1]!).port) || 80, stats: envoy.stats };
}

/** One behind every endpoint that the proxy knows, called as the first word of its host. */
async function startEchoes({ controlPlane }: EnvoyCase, node: Node): Promise<void> {
  const echoes = new Map(
    resourcesFor(controlPlane, node, ['eds']).flatMap(({ name, json }) =>
      addressesIn(json).map(({ address, port }) => [`${address}:${port}`, { address, port, name }] as const),
    ),
  );
  for (const { address, port, name } of echoes.values()) {
    const service = name.split('|').at(-1)!.split('.')[0]!;
    const echo = await startEcho({ service, address, port, reusePort: true });
    onTestFinished(echo.close);
  }
}

function addressesIn({ endpoints = [] }: ClusterLoadAssignment): { address: string; port: number }[] {
  return endpoints
    .flatMap(({ lbEndpoints = [] }) => lbEndpoints)
    .flatMap(({ endpoint }) => {
      const { address, portValue } = endpoint?.address?.socketAddress ?? {};
      return address && portValue ? [{ address, port: portValue }] : [];
    });
}
