import type { Cluster, ClusterLoadAssignment } from '../../proto/index.ts';
import { statPrefix } from '../names.ts';
import { duration, OVER_ADS } from '../values.ts';
import { buildCircuitBreakers } from './connection-pool.ts';

/**
 * All destinations of a UDP route, each a locality that has its weight. `inline`: their addresses, if there are names to
 * resolve among them. https://www.envoyproxy.io/docs/envoy/latest/intro/arch_overview/upstream/load_balancing/locality_weight
 */
export function buildUdpCluster(
  name: string,
  inline: ClusterLoadAssignment | undefined,
  connectTimeoutMs: number,
): Cluster {
  return {
    name,
    altStatName: statPrefix(name),
    ...(inline
      ? { type: 'STRICT_DNS', loadAssignment: inline, dnsLookupFamily: 'V4_ONLY', respectDnsTtl: true }
      : { type: 'EDS', edsClusterConfig: { serviceName: name, edsConfig: OVER_ADS } }),
    connectTimeout: duration(connectTimeoutMs),
    lbPolicy: 'ROUND_ROBIN',
    commonLbConfig: { healthyPanicThreshold: { value: 0 }, localityWeightedLbConfig: {} },
    // A session counts as a connection.
    circuitBreakers: buildCircuitBreakers({}),
  };
}
