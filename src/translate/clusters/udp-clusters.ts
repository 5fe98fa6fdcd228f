import type { Graph } from '../../graph/index.ts';
import { type Shares, sharesOf } from '../../lib/shares.ts';
import type { Mesh } from '../../mesh/index.ts';
import { type Cluster, type Entry, encode } from '../../proto/index.ts';
import type { View } from '../../view/index.ts';
import { buildUdpAssignment } from '../endpoints/udp-assignment.ts';
import { type GatewayPlans, routerScopeOf } from '../gateway-plan.ts';
import type { Built } from '../translator.ts';
import { hasNames, udpDestinationsOf, udpTargetsOf } from '../udp-destinations.ts';
import type { UdpTarget } from '../udp-target.ts';
import { buildUdpCluster } from './udp-cluster.ts';

export interface UdpClusters {
  readonly layer: (view: View) => Shares<Entry>;
  readonly build: (view: View, name: string) => Built<Cluster> | undefined;
}

/** Clusters that only UDP ports of gateways send to. */
export function createUdpClusters(
  graph: Graph,
  mesh: Mesh,
  plans: GatewayPlans,
  connectTimeoutMs: () => number,
): UdpClusters {
  const build = (target: UdpTarget): Built<Cluster> => {
    const destinations = udpDestinationsOf(target, mesh);
    const inline = hasNames(destinations) ? buildUdpAssignment(target.cluster, destinations) : undefined;
    const services = target.shares.flatMap(({ to }) => (to && mesh.service(to.service)) ?? []);
    return {
      message: buildUdpCluster(target.cluster, inline, connectTimeoutMs()),
      decided: services.map(({ origin }) => ({ path: '', origin })),
    };
  };
  const entry = graph.query('cluster.udp', (key): Entry => encode('cds', build(JSON.parse(key) as UdpTarget).message));
  const layer = graph.query('clusters.udp', (scope) =>
    sharesOf(udpTargetsOf(plans(scope)).map((target) => [target.cluster, entry(JSON.stringify(target))] as const)),
  );
  return {
    layer: (view) => layer(routerScopeOf(view)),
    build: (view, name) => {
      const target = udpTargetsOf(plans(routerScopeOf(view))).find(({ cluster }) => cluster === name);
      return target && build(target);
    },
  };
}
