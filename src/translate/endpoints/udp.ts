import type { Graph } from '../../graph/index.ts';
import { type Shares, sharesOf } from '../../lib/shares.ts';
import type { Mesh } from '../../mesh/index.ts';
import { type ClusterLoadAssignment, type Entry, encode } from '../../proto/index.ts';
import type { View } from '../../view/index.ts';
import { type GatewayPlans, routerScopeOf } from '../gateway-plan.ts';
import type { Built } from '../translator.ts';
import { hasNames, udpDestinationsOf, udpTargetsOf } from '../udp-destinations.ts';
import type { UdpTarget } from '../udp-target.ts';
import { buildUdpAssignment } from './udp-assignment.ts';

export interface UdpEndpoints {
  readonly layer: (view: View) => Shares<Entry>;
  readonly build: (view: View, name: string) => Built<ClusterLoadAssignment> | undefined;
}

/** Who takes the datagrams of a gateway's UDP ports. */
export function createUdpEndpoints(graph: Graph, mesh: Mesh, plans: GatewayPlans): UdpEndpoints {
  const build = (target: UdpTarget): Built<ClusterLoadAssignment> | undefined => {
    const destinations = udpDestinationsOf(target, mesh);
    if (hasNames(destinations)) return undefined;
    const services = target.shares.flatMap(({ to }) => (to && mesh.service(to.service)) ?? []);
    return {
      message: buildUdpAssignment(target.cluster, destinations),
      decided: services.map(({ origin }) => ({ path: '', origin })),
    };
  };
  const entry = graph.query('endpoints.udp', (key): Entry | undefined => {
    const built = build(JSON.parse(key) as UdpTarget);
    return built && encode('eds', built.message);
  });
  const layer = graph.query('endpoints.udpOf', (scope) => {
    const entries = udpTargetsOf(plans(scope)).flatMap((target) => entry(JSON.stringify(target)) ?? []);
    return sharesOf(entries.map((one) => [one.name, one] as const));
  });
  return {
    layer: (view) => layer(routerScopeOf(view)),
    build: (view, name) => {
      const target = udpTargetsOf(plans(routerScopeOf(view))).find(({ cluster }) => cluster === name);
      return target && build(target);
    },
  };
}
