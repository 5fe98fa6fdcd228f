import type { Mesh, ServiceId } from '../mesh/index.ts';
import type { TcpRoute } from '../route/index.ts';
import { udpClusterName } from './names.ts';

/**
 * Where the datagrams of a port go. Envoy chooses a destination once for a session (addresses and ports of both sides),
 * and of clusters only by a hash of what it sees: clients that all send from one port would all go to one of them. It
 * weighs endpoints of a cluster by turns, so all destinations of a route are one cluster.
 */
export interface UdpTarget {
  readonly cluster: string;
  readonly shares: readonly UdpShare[];
}

export interface UdpShare {
  readonly weight: number;
  /** Undefined: it does not exist; its sessions get no answer. */
  readonly to: { readonly service: ServiceId; readonly port: number } | undefined;
}

/** Undefined: nobody gets anything. `namespace`: of the proxy, which decides what hosts mean. */
export function udpTargetOf(
  routes: readonly TcpRoute[],
  namespace: string,
  mesh: Pick<Mesh, 'serviceOf'>,
): UdpTarget | undefined {
  const [route] = routes;
  const shares = (route?.destinations ?? []).flatMap(({ to, weight }): readonly UdpShare[] => {
    if (weight === 0) return [];
    const service = to.kind === 'service' ? mesh.serviceOf(namespace, to.host) : undefined;
    return [{ weight, to: service === undefined || to.kind !== 'service' ? undefined : { service, port: to.port } }];
  });
  return route && shares.length > 0
    ? { cluster: udpClusterName(route.origin.object), shares: merged(shares) }
    : undefined;
}

/** Each destination once. */
function merged(shares: readonly UdpShare[]): readonly UdpShare[] {
  const byTarget = Map.groupBy(shares, ({ to }) => JSON.stringify(to ?? null));
  return [...byTarget.values()].map((same) => ({
    weight: same.reduce((sum, { weight }) => sum + weight, 0),
    to: same[0]!.to,
  }));
}
