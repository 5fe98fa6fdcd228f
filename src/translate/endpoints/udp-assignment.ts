import type { Endpoint } from '../../mesh/index.ts';
import type { ClusterLoadAssignment, LbEndpoint, LocalityLbEndpoints } from '../../proto/index.ts';
import { endpointAddress } from '../values.ts';

/** A destination of a UDP route, with who serves it. */
export interface UdpDestination {
  /** Tells it from the others; for people. */
  readonly name: string;
  readonly weight: number;
  readonly endpoints: readonly Endpoint[];
}

/** Each destination is a locality, so that its weight does not depend on how many endpoints it has. */
export function buildUdpAssignment(
  clusterName: string,
  destinations: readonly UdpDestination[],
): ClusterLoadAssignment {
  return { clusterName, endpoints: destinations.map(buildLocality) };
}

/** Who cannot be reached keeps his share: Envoy would give it to the others. */
function buildLocality({ name, weight, endpoints }: UdpDestination): LocalityLbEndpoints {
  const serving = endpoints.filter(({ health }) => health === 'healthy');
  return {
    locality: { subZone: name },
    lbEndpoints: serving.length > 0 ? serving.map(buildEndpoint) : [NOWHERE],
    loadBalancingWeight: weight,
  };
}

function buildEndpoint({ address, port, weight }: Endpoint): LbEndpoint {
  return { endpoint: { address: endpointAddress(address, port) }, loadBalancingWeight: Math.max(1, weight) };
}

/** Nothing can be sent to port 0: the kernel refuses it, and Envoy drops the datagram. */
const NOWHERE: LbEndpoint = { endpoint: { address: endpointAddress('127.0.0.1', 0) }, loadBalancingWeight: 1 };
