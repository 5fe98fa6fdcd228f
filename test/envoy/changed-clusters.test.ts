import { expect, onTestFinished, test } from 'vitest';
import { type ControlPlane, createControlPlane } from '../../src/control-plane/index.ts';
import { createServer, type ServerEvent } from '../../src/server/index.ts';
import { createGraphSource } from '../../src/server/views.ts';
import { changesOf } from '../../src/source/index.ts';
import type { Protocol } from '../../src/xds/index.ts';
import { envoyForTest, type RunningEnvoy, testBootstrap } from '../support/envoy.ts';
import { type Relay, startRelay } from '../support/relay.ts';
import { until } from '../support/until.ts';

/** docs/decisions/0004 tells what these tests saw. */

test.each(['delta', 'sotw'] as const)('a changed cluster is in force at once, over %s', async (protocol) => {
  const controlPlane = meshOf(1);
  const sent: string[] = [];
  const onEvent = (event: ServerEvent) => void (event.kind === 'sent' && sent.push(event.type));
  const envoy = await startRouter(await startRelay(await serve(controlPlane, { onEvent })), protocol);
  for (const limit of [2, 3]) {
    change(controlPlane, limit);
    await until('the change is in force', async () => (await limits(envoy)).active === limit);
    expect((await limits(envoy)).warming).toBeUndefined();
  }
  expect(sent.filter((type) => type === 'eds')).toHaveLength(3);
});

test.each(['delta', 'sotw'] as const)(
  'a cluster that changes while another one comes is in force, over %s',
  async (protocol) => {
    const controlPlane = meshOf(1);
    const envoy = await startRouter(await startRelay(await serve(controlPlane)), protocol);
    for (const limit of [2, 3, 4]) {
      change(controlPlane, limit, limit - 1);
      await until('the change is in force', async () => (await limits(envoy)).active === limit);
    }
  },
);

test('a changed cluster whose endpoints are not sent again stays cold, and its Envoy does not answer the change', async () => {
  const controlPlane = meshOf(1);
  const answered: string[] = [];
  const onEvent = (event: ServerEvent) =>
    void (event.kind === 'accepted' && answered.push(`${event.type} ${event.nonce}`));
  const relay = await startRelay(await serve(controlPlane, { resends: false, onEvent }));
  const envoy = await startRouter(relay, 'delta');
  change(controlPlane, 2);
  await until('the cluster is cold', async () => (await limits(envoy)).warming === 2);
  expect(await limits(envoy)).toEqual({ active: 1, warming: 2 });
  expect(answered).toContain('cds 1');
  expect(answered).not.toContain('cds 2');
});

test.each(['delta', 'sotw'] as const)(
  'a proxy that was cut off before the endpoints of a changed cluster gets them when it is back, over %s',
  async (protocol) => {
    const controlPlane = meshOf(1);
    const relay = await startRelay(
      await serve(controlPlane, {
        resends: false,
        onEvent: (event) => {
          // Over SotW Envoy asks for the endpoints, and is not heard.
          if (event.kind === 'sent' && event.type === 'cds' && event.nonce === '2') relay.deafen();
        },
      }),
    );
    const envoy = await startRouter(relay, protocol);
    change(controlPlane, 2);
    await until('the cluster is cold', async () => (await limits(envoy)).warming === 2);

    relay.switchTo(await serve(controlPlane));
    relay.cut();
    await until('the cluster is warm', async () => (await limits(envoy)).active === 2);
    change(controlPlane, 3);
    await until('the next change is in force', async () => (await limits(envoy)).active === 3);
  },
);

/** A service, the number of whose connections is limited. */
function meshOf(limit: number): ControlPlane {
  const controlPlane = createControlPlane();
  change(controlPlane, limit);
  return controlPlane;
}

function change({ store }: ControlPlane, limit: number, services = 1): void {
  const hosts = Array.from({ length: services }, (_, i) => (i === 0 ? 'cart.shop' : `more-${i}.shop`));
  const yaml = `
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: cart, namespace: shop }
spec:
  hosts: [${hosts.join(', ')}]
  ports: [{ name: http, number: 80, protocol: HTTP }]
  resolution: STATIC
  endpoints: [{ address: 127.0.0.1 }]
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: cart, namespace: shop }
spec: { host: cart.shop, trafficPolicy: { connectionPool: { tcp: { maxConnections: ${limit} } } } }
`;
  store.apply(changesOf([['mesh.yaml', yaml]]));
}

interface ServeOptions {
  readonly resends?: boolean;
  readonly onEvent?: (event: ServerEvent) => void;
}

async function serve(
  { graph, views, translators }: ControlPlane,
  { resends = true, onEvent = () => {} }: ServeOptions = {},
): Promise<number> {
  const server = createServer({
    source: createGraphSource(graph, views, translators),
    address: { host: '127.0.0.1', port: 0 },
    clock: () => performance.now(),
    resendEndpointsOfChangedClusters: resends,
    onEvent,
  });
  onTestFinished(() => server.stop());
  return (await server.listen()).port;
}

async function startRouter({ port }: Relay, protocol: Protocol): Promise<RunningEnvoy> {
  const envoy = await envoyForTest({
    bootstrap: testBootstrap({
      role: 'router',
      name: 'gateway',
      namespace: 'shop',
      addresses: ['127.0.0.1'],
      protocol,
      xds: { address: '127.0.0.1', port },
    }),
  });
  await envoy.ready();
  return envoy;
}

/** The limits of the service's cluster: the one in use, and the one that waits for its endpoints. */
async function limits(envoy: RunningEnvoy): Promise<{ readonly active: number; readonly warming: number | undefined }> {
  const dump = JSON.parse(await envoy.admin('/config_dump?resource=dynamic_active_clusters')).configs ?? [];
  const cold = JSON.parse(await envoy.admin('/config_dump?resource=dynamic_warming_clusters')).configs ?? [];
  return { active: limitIn(dump)!, warming: limitIn(cold) };
}

interface DumpedCluster {
  readonly cluster: {
    readonly name: string;
    readonly circuit_breakers: { readonly thresholds: readonly [{ readonly max_connections: number }] };
  };
}

function limitIn(clusters: readonly DumpedCluster[]): number | undefined {
  const cart = clusters.find(({ cluster }) => cluster.name === 'outbound|80||cart.shop');
  return cart?.cluster.circuit_breakers.thresholds[0].max_connections;
}
