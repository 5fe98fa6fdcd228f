import type { Graph } from '../../graph/index.ts';
import { type Shares, sharesOf } from '../../lib/shares.ts';
import type { Mesh } from '../../mesh/index.ts';
import { type Cluster, type Entry, encode } from '../../proto/index.ts';
import { backendObject, type GatewayApi } from '../../route/index.ts';
import type { View } from '../../view/index.ts';
import { type Caller, callerOf, createExternalCalls, type ExternalCall } from '../external-plan.ts';
import { destinationCluster } from '../names.ts';
import { otherTlsOf, secretsFrom } from '../tls/index.ts';
import type { Built } from '../translator.ts';
import { buildExternalCluster } from './external-cluster.ts';

export interface ExternalClusters {
  readonly layer: (view: View) => Shares<Entry>;
  readonly build: (view: View, name: string) => Built<Cluster> | undefined;
}

/** Clusters of backends outside, for those proxies only that have a route there. */
export function createExternalClusters(
  graph: Graph,
  mesh: Mesh,
  api: GatewayApi,
  connectTimeoutMs: () => number,
): ExternalClusters {
  const callsOf = createExternalCalls(mesh, api);
  const otherTls = graph.query('external.otherTls', () => otherTlsOf(mesh.config()));

  const build = ({ to, mayShow, secrets }: Called): Built<Cluster> | undefined => {
    const said = api.external.of(to.backend);
    return (
      said &&
      buildExternalCluster({
        name: destinationCluster(to),
        backend: to.backend,
        said,
        speaks: to.speaks,
        mayShow,
        secrets: secretsFrom({ secrets }),
        otherTls: otherTls(''),
        connectTimeoutMs: connectTimeoutMs(),
        retryBudget: api.retryBudget(backendObject('XBackend', to.backend)),
      })
    );
  };
  const entry = graph.query('cluster.external', (key): Entry | undefined => {
    const built = build(JSON.parse(key) as Called);
    return built && encode('cds', built.message);
  });
  const layer = graph.query('clusters.external', (key): Shares<Entry> => {
    const [caller, secrets] = JSON.parse(key) as [Caller, View['secrets']];
    const entries = callsOf(caller).flatMap((call) => entry(JSON.stringify({ ...call, secrets })) ?? []);
    return entries.length === 0 ? NONE : sharesOf(entries.map((one) => [one.name, one] as const));
  });
  return {
    layer: (view) => layer(JSON.stringify([distinguishing(callerOf(view)), view.secrets])),
    build: (view, name) => {
      const call = callsOf(callerOf(view)).find(({ to }) => destinationCluster(to) === name);
      return call && build({ ...call, secrets: view.secrets });
    },
  };
}

/** A destination, and what of a proxy decides how it is called. */
interface Called extends ExternalCall {
  readonly secrets: View['secrets'];
}

/** Of sidecars only the namespace counts. */
function distinguishing(caller: Caller): Caller {
  return caller.role === 'sidecar' ? { ...caller, labels: {}, hasIdentity: false } : caller;
}

const NONE: Shares<Entry> = sharesOf<Entry>([]);
