import type { Graph } from '../../graph/index.ts';
import { type Shares, sharesOf } from '../../lib/shares.ts';
import { type Cluster, type Entry, encode } from '../../proto/index.ts';
import type { View } from '../../view/index.ts';
import { type GatewayPlans, routerScopeOf } from '../gateway-plan.ts';
import { destinationCluster, statPrefix } from '../names.ts';
import { type Outbound, type OutboundSpec, scopeOf } from '../outbound.ts';
import type { Built } from '../translator.ts';
import { type Client, clientOf } from './security-of.ts';

export interface SealedClusters {
  readonly layer: (view: View) => Shares<Entry>;
  readonly build: (view: View, name: string) => Built<Cluster> | undefined;
}

interface Sealed {
  readonly name: string;
  readonly spec: OutboundSpec;
  readonly client: Client;
}

/**
 * Services as Gateways call them whose clients have encrypted for the service itself, though a BackendTLSPolicy says that
 * Gateways encrypt what they send there: it is not encrypted twice. The endpoints are those of the service's own cluster.
 */
export function createSealedClusters(
  graph: Graph,
  outbound: Outbound,
  plans: GatewayPlans,
  buildOutbound: (spec: OutboundSpec, client: Client) => Built<Cluster> | undefined,
): SealedClusters {
  const sealedOf = (view: View): readonly Sealed[] =>
    plans(routerScopeOf(view)).sealed.flatMap(({ host, port }) => {
      const specs = outbound.clusters(scopeOf(view), host);
      const found = specs.find((one) => one.port === port && one.subset === undefined);
      if (!found) return [];
      const { backendTls: _, ...spec } = found;
      return [
        { name: destinationCluster({ host, port, subset: undefined, sealed: true }), spec, client: clientOf(view) },
      ];
    });
  const build = ({ name, spec, client }: Sealed): Built<Cluster> | undefined => {
    const built = buildOutbound(spec, client);
    return built && { ...built, message: { ...built.message, name, altStatName: statPrefix(name) } };
  };
  const entry = graph.query('cluster.sealed', (key): Entry | undefined => {
    const built = build(JSON.parse(key) as Sealed);
    return built && encode('cds', built.message);
  });
  return {
    layer: (view) => {
      const entries = sealedOf(view).flatMap((one) => entry(JSON.stringify(one)) ?? []);
      return entries.length === 0 ? NONE : sharesOf(entries.map((one) => [one.name, one] as const));
    },
    build: (view, name) => {
      const found = sealedOf(view).find((one) => one.name === name);
      return found && build(found);
    },
  };
}

const NONE: Shares<Entry> = sharesOf<Entry>([]);
