import type { ControlPlane } from '../../src/control-plane/index.ts';
import { entriesIn } from '../../src/lib/layers.ts';
import type { XdsType } from '../../src/proto/index.ts';
import { createServer, type ProxyStatus, type ServerEvent, type XdsServer } from '../../src/server/index.ts';
import type { Node } from '../../src/view/index.ts';
import { startAgentSecrets } from './agent-secrets.ts';
import { caseSource } from './case-source.ts';
import { type GoldenCase, load } from './corpus.ts';
import { type RunningEnvoy, startEnvoy, testBootstrap } from './envoy.ts';
import { Hopeless, until } from './until.ts';

/** Some cases bind addresses and ports of their own: every address is this machine's only in a network of its own. */
export const ISOLATED = process.env.EVERY_ADDRESS_IS_LOCAL === '1';

/** A case, and an Envoy that has taken all of it. */
export interface EnvoyCase extends AsyncDisposable {
  readonly controlPlane: ControlPlane;
  readonly envoy: RunningEnvoy;
}

/** A control plane that serves its proxies, each as the one that the case says it is. */
export interface ServedCase extends AsyncDisposable {
  /** An Envoy that is one of them, and has taken everything. Throws if it rejects anything. It ends with this at the latest. */
  readonly start: (node: Node) => Promise<RunningEnvoy>;
  /** Until all of them have everything as it is now. Throws if one rejects anything. */
  readonly settled: () => Promise<void>;
}

/** Serves a case to an Envoy that is one of its proxies. Throws if it rejects anything. */
export async function startCase(golden: GoldenCase, node: Node): Promise<EnvoyCase> {
  const controlPlane = load(golden.changes);
  await using opened = new AsyncDisposableStack();
  const served = opened.use(await serveCase(controlPlane, [node]));
  const envoy = opened.use(await served.start(node));
  const open = opened.move();
  return { controlPlane, envoy, [Symbol.asyncDispose]: () => open.disposeAsync() };
}

export async function serveCase(controlPlane: ControlPlane, nodes: readonly Node[]): Promise<ServedCase> {
  const events: ServerEvent[] = [];
  const server = createServer({
    source: await caseSource(controlPlane, nodes),
    address: { host: '127.0.0.1', port: 0 },
    clock: () => performance.now(),
    onEvent: (event) => events.push(event),
  });
  await using opened = new AsyncDisposableStack();
  const { port } = await server.listen();
  opened.defer(() => server.stop());
  const open = opened.move();
  const running = new Set<RunningEnvoy>();
  const settled = () => haveTakenAll(controlPlane, server, running, events);
  const start = async (node: Node): Promise<RunningEnvoy> => {
    const agent = node.metadata['SECRETS'] === 'sds-grpc' ? [open.use(await startAgentSecrets()).cluster] : [];
    const envoy = await startEnvoy({ bootstrap: bootstrapOf(node, port, agent), logLevel: 'error' });
    running.add(envoy);
    const stop = async (): Promise<void> => {
      running.delete(envoy);
      await envoy.stop();
    };
    open.defer(stop);
    try {
      await settled();
    } catch (error) {
      await stop();
      throw error;
    }
    return { ...envoy, stop, [Symbol.asyncDispose]: stop };
  };
  return { start, settled, [Symbol.asyncDispose]: () => open.disposeAsync() };
}

/** Until every Envoy serves, and has what is right now. */
async function haveTakenAll(
  controlPlane: ControlPlane,
  server: XdsServer,
  envoys: ReadonlySet<RunningEnvoy>,
  events: readonly ServerEvent[],
): Promise<void> {
  await until('Envoy has taken everything', async () => {
    const refused = events.find(isRefused);
    if (refused) throw new Hopeless(describe(refused));
    const proxies = server.proxies();
    if (proxies.length !== envoys.size || !proxies.every((proxy) => hasAll(proxy, controlPlane, server))) return false;
    return (await Promise.all([...envoys].map(isWarm))).every(Boolean);
  });
}

function hasAll({ stream, view, types }: ProxyStatus, { translators }: ControlPlane, server: XdsServer): boolean {
  return (
    types.length > 0 &&
    types.every(({ type, wildcard, sentNonce, ackedNonce }) => {
      if (sentNonce !== ackedNonce || sentNonce === '') return false;
      const right = new Map(
        [...entriesIn(translators[type].resources(view))].map(([name, { version }]) => [name, version]),
      );
      const has = server.resources(stream, type);
      const isRight = has.every(({ name, version }) => right.get(name) === version || isLeft(type, right.get(name)));
      return (
        isRight && (!wildcard || has.length === [...right.values()].filter((version) => version !== undefined).length)
      );
    })
  );
}

/** Of what it names itself, an Envoy that speaks SotW is not told that it is gone. */
function isLeft(type: XdsType, version: string | undefined): boolean {
  return version === undefined && type !== 'cds' && type !== 'lds';
}

/** Whatever it has been told is in use. */
async function isWarm(envoy: RunningEnvoy): Promise<boolean> {
  if (!(await envoy.admin('/ready')).startsWith('LIVE')) return false;
  const stats = await envoy.stats('^(listener_manager.total_listeners_warming|cluster_manager.warming_clusters)$');
  return [...stats.values()].every((count) => count === 0);
}

type Refused = Extract<ServerEvent, { kind: 'rejected' | 'failed' }>;

function isRefused(event: ServerEvent): event is Refused {
  return event.kind === 'rejected' || event.kind === 'failed';
}

function describe(event: Refused): string {
  if (event.kind === 'rejected') return `Envoy rejects ${event.type}: ${event.error}`;
  return `${event.type} cannot be made: ${event.error instanceof Error ? event.error.stack : event.error}`;
}

function bootstrapOf({ id, cluster, metadata, protocol }: Node, port: number, agent: readonly object[]): object {
  const bootstrap = testBootstrap({
    role: 'sidecar',
    name: 'replaced',
    namespace: 'replaced',
    addresses: ['127.0.0.1'],
    protocol,
    xds: { address: '127.0.0.1', port },
  });
  const { staticResources } = bootstrap as { staticResources: { clusters: object[] } };
  const clusters = [...staticResources.clusters, ...agent];
  return { ...bootstrap, staticResources: { ...staticResources, clusters }, node: { id, cluster, metadata } };
}
