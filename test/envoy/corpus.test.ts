import { describe, expect, test } from 'vitest';
import { resourcesFor } from '../../src/control-plane/offline.ts';
import { decodeConfigDump, type JsonObject, type XdsType } from '../../src/proto/index.ts';
import { createServer, type ServerEvent, type XdsServer } from '../../src/server/index.ts';
import { createGraphSource } from '../../src/server/views.ts';
import type { Node } from '../../src/view/index.ts';
import { corpus, type GoldenCase, load } from '../support/corpus.ts';
import { type RunningEnvoy, startEnvoy, testBootstrap } from '../support/envoy.ts';
import { Hopeless, until } from '../support/until.ts';

/** Some cases bind addresses and ports of their own: every address is this machine's only in a network of its own. */
const ISOLATED = process.env.EVERY_ADDRESS_IS_LOCAL === '1';

type Resources = Readonly<Record<string, JsonObject>>;

describe.concurrent('a real Envoy takes every case, over delta and SotW, and has what was pushed', () => {
  const runs = corpus().flatMap((golden) =>
    golden.proxies.flatMap((proxy) => (['delta', 'sotw'] as const).map((protocol) => ({ golden, proxy, protocol }))),
  );
  test
    .skipIf(!ISOLATED && !process.env.CI)
    .each(runs.map((run) => [run.golden.name, run.proxy.name, run.protocol, run] as const))(
    '%s: %s over %s',
    async (_, __, protocol, { golden, proxy }) => {
      await compare(golden, { ...proxy.node, protocol });
    },
  );
});

async function compare(golden: GoldenCase, node: Node): Promise<void> {
  const controlPlane = load(golden.changes);
  const { graph, views, translators } = controlPlane;
  const events: ServerEvent[] = [];
  const server = createServer({
    source: createGraphSource(graph, views, translators),
    address: { host: '127.0.0.1', port: 0 },
    clock: () => performance.now(),
    onEvent: (event) => events.push(event),
  });
  const { port } = await server.listen();
  await using envoy = await startEnvoy({ bootstrap: bootstrapOf(node, port), logLevel: 'error' });
  try {
    await hasTakenAll(server, envoy, events);
    const had = decodeConfigDump({ configs: await envoy.configDump() });
    expect(had.unread).toEqual([]);
    const has = (type: XdsType): Resources =>
      Object.fromEntries(had.resources.filter((one) => one.type === type).map(({ name, message }) => [name, message!]));
    const pushed = (type: XdsType): Resources =>
      Object.fromEntries(resourcesFor(controlPlane, node, [type]).map(({ name, json }) => [name, json]));
    expect(has('cds')).toEqual(pushed('cds'));
    expect(has('lds')).toEqual(pushed('lds'));
    expect(has('rds')).toEqual(withVirtualHosts(pushed('rds'), pushed('vhds')));
    expect(withoutDefaults(discovered(has('eds'), pushed('cds')))).toEqual(withoutDefaults(pushed('eds')));
  } finally {
    await server.stop();
  }
}

/** Until Envoy serves, and everything it asked for is accepted. */
async function hasTakenAll(server: XdsServer, envoy: RunningEnvoy, events: readonly ServerEvent[]): Promise<void> {
  await until('Envoy has taken everything', async () => {
    const rejected = events.find(({ kind }) => kind === 'rejected');
    if (rejected) throw new Hopeless(`Envoy rejects: ${JSON.stringify(rejected)}`);
    const [proxy] = server.proxies();
    const isAcked = proxy?.types.every(({ sentNonce, ackedNonce }) => sentNonce === ackedNonce && sentNonce !== '');
    return isAcked === true && (await envoy.admin('/ready')).startsWith('LIVE');
  });
}

function bootstrapOf({ id, cluster, metadata, protocol }: Node, port: number): object {
  const bootstrap = testBootstrap({
    role: 'sidecar',
    name: 'replaced',
    namespace: 'replaced',
    addresses: ['127.0.0.1'],
    protocol,
    xds: { address: '127.0.0.1', port },
  });
  return { ...bootstrap, node: { id, cluster, metadata } };
}

/** Envoy shows virtual hosts that it discovered inside their routes. */
function withVirtualHosts(routes: Resources, virtualHosts: Resources): Resources {
  return Object.fromEntries(
    Object.entries(routes).map(([name, route]) => {
      const own = Object.entries(virtualHosts).filter(([full]) => full.startsWith(`${name}/`));
      if (own.length === 0) return [name, route];
      const inline = (route['virtualHosts'] ?? []) as readonly JsonObject[];
      return [name, { ...route, virtualHosts: [...inline, ...own.map(([, virtualHost]) => virtualHost)] }];
    }),
  );
}

/** Envoy shows the endpoints of clusters that say them themselves as well. */
function discovered(assignments: Resources, clusters: Resources): Resources {
  return Object.fromEntries(Object.entries(assignments).filter(([name]) => clusters[name]?.['type'] === 'EDS'));
}

/** Envoy shows endpoints with a few defaults written out. */
function withoutDefaults(assignments: Resources): Resources {
  const text = JSON.stringify(assignments, (key, value: unknown) =>
    key === 'policy' || key === 'healthCheckConfig' ? undefined : value,
  );
  return JSON.parse(text) as Resources;
}
