import { isIP } from 'node:net';
import { type Mesh, parseServiceId } from '../mesh/index.ts';
import type { UdpDestination } from './endpoints/udp-assignment.ts';
import type { GatewayPlan } from './gateway-plan.ts';
import type { UdpTarget } from './udp-target.ts';

/** Who serves the shares of a target. */
export function udpDestinationsOf({ shares }: UdpTarget, mesh: Pick<Mesh, 'endpoints'>): readonly UdpDestination[] {
  return shares.map(({ weight, to }) => {
    if (!to) return { name: 'nowhere', weight, endpoints: [] };
    const { service, port } = to;
    return { name: `${parseServiceId(service).host}:${port}`, weight, endpoints: mesh.endpoints(service, port, 'udp') };
  });
}

/** Names are resolved by clusters, and not by endpoints that are discovered. */
export function hasNames(destinations: readonly UdpDestination[]): boolean {
  return destinations.some(({ endpoints }) => endpoints.some(({ address }) => isIP(address) === 0));
}

/** The targets of a router's ports, each once. */
export function udpTargetsOf({ udp }: GatewayPlan): readonly UdpTarget[] {
  return [...new Map(udp.flatMap(({ to }) => (to ? [[to.cluster, to] as const] : []))).values()];
}
