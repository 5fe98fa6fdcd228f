import type { ControlPlane } from '../../src/control-plane/index.ts';
import { createServer, type ServerEvent, type XdsServer } from '../../src/server/index.ts';
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

/** Serves a case to an Envoy that is one of its proxies. Throws if it rejects anything. */
export async function startCase(golden: GoldenCase, node: Node): Promise<EnvoyCase> {
  const controlPlane = load(golden.changes);
  const events: ServerEvent[] = [];
  const server = createServer({
    source: await caseSource(controlPlane, [node]),
    address: { host: '127.0.0.1', port: 0 },
    clock: () => performance.now(),
    onEvent: (event) => events.push(event),
  });
  await using opened = new AsyncDisposableStack();
  const { port } = await server.listen();
  opened.defer(() => server.stop());
  const agent = node.metadata['SECRETS'] === 'sds-grpc' ? [opened.use(await startAgentSecrets()).cluster] : [];
  const envoy = opened.use(await startEnvoy({ bootstrap: bootstrapOf(node, port, agent), logLevel: 'error' }));
  await hasTakenAll(server, envoy, events);
  const open = opened.move();
  return { controlPlane, envoy, [Symbol.asyncDispose]: () => open.disposeAsync() };
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
