import type { Graph } from '../../graph/index.ts';
import { type Shares, sharesOf } from '../../lib/shares.ts';
import { type Cluster, type Entry, encode } from '../../proto/index.ts';
import type { View } from '../../view/index.ts';
import { type GatewayPlans, type RouterScope, routerScopeOf } from '../gateway-plan.ts';
import { autoPassthroughSpecs } from '../listeners/auto-passthrough.ts';
import { sniClusterName, statPrefix } from '../names.ts';
import type { Outbound, OutboundSpec } from '../outbound.ts';
import type { Built } from '../translator.ts';

export interface SniClusters {
  readonly layer: (view: View) => Shares<Entry>;
  readonly build: (view: View, name: string) => Built<Cluster> | undefined;
}

/**
 * Services as AUTO_PASSTHROUGH servers call them: by the server name of mTLS that goes on as it came. The endpoints are
 * those of the service's own cluster.
 */
export function createSniClusters(
  graph: Graph,
  outbound: Outbound,
  plans: GatewayPlans,
  buildOutbound: (spec: OutboundSpec) => Built<Cluster> | undefined,
): SniClusters {
  const build = (spec: OutboundSpec): Built<Cluster> | undefined => {
    const built = buildOutbound(spec);
    return built && { ...built, message: unread(built.message, nameOf(spec)) };
  };
  const entry = graph.query('cluster.sni', (key): Entry | undefined => {
    const built = build(JSON.parse(key) as OutboundSpec);
    return built && encode('cds', built.message);
  });
  const specsOf = (scope: string): readonly OutboundSpec[] => {
    const { namespace } = JSON.parse(scope) as RouterScope;
    const { autoPassthrough } = plans(scope);
    return autoPassthrough.length === 0 ? [] : autoPassthroughSpecs(autoPassthrough, namespace, outbound);
  };
  const layer = graph.query('clusters.sni', (scope) => {
    const entries = specsOf(scope).flatMap((spec) => entry(JSON.stringify(spec)) ?? []);
    return sharesOf(entries.map((one) => [one.name, one] as const));
  });
  return {
    layer: (view) => layer(routerScopeOf(view)),
    build: (view, name) => {
      const spec = specsOf(routerScopeOf(view)).find((one) => nameOf(one) === name);
      return spec && build(spec);
    },
  };
}

/** Nothing is added to what the client encrypted for the workload, and nothing is known of what is in it. */
function unread(message: Cluster, name: string): Cluster {
  const { transportSocket, transportSocketMatches, typedExtensionProtocolOptions, ...rest } = message;
  return { ...rest, name, altStatName: statPrefix(name) };
}

function nameOf({ port, subset, name }: OutboundSpec): string {
  return sniClusterName(port, subset, name.slice(name.lastIndexOf('|') + 1));
}
