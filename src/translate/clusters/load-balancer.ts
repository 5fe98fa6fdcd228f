import type { LoadBalancer, Warmup } from '../../mesh/index.ts';
import type { Cluster, SlowStartConfig } from '../../proto/index.ts';
import { duration } from '../values.ts';

export type LoadBalancing = Pick<
  Cluster,
  'lbPolicy' | 'leastRequestLbConfig' | 'roundRobinLbConfig' | 'ringHashLbConfig' | 'maglevLbConfig'
>;

/** Istio's default is LEAST_REQUEST, Envoy's is ROUND_ROBIN. */
export function buildLoadBalancing(balancer: LoadBalancer | undefined, warmup: Warmup | undefined): LoadBalancing {
  const slowStartConfig = warmup && buildSlowStart(warmup);
  switch (balancer?.kind) {
    case undefined:
    case 'least-request':
      return { lbPolicy: 'LEAST_REQUEST', leastRequestLbConfig: slowStartConfig && { slowStartConfig } };
    case 'round-robin':
      return { lbPolicy: 'ROUND_ROBIN', roundRobinLbConfig: slowStartConfig && { slowStartConfig } };
    case 'random':
      return { lbPolicy: 'RANDOM' };
    case 'passthrough':
      return { lbPolicy: 'CLUSTER_PROVIDED' };
    case 'ring-hash':
      return {
        lbPolicy: 'RING_HASH',
        ringHashLbConfig: { minimumRingSize: balancer.minimumRingSize ?? DEFAULT_RING_SIZE },
      };
    case 'maglev':
      return {
        lbPolicy: 'MAGLEV',
        maglevLbConfig: balancer.tableSize === undefined ? undefined : { tableSize: balancer.tableSize },
      };
  }
}

/** Envoy's own default, which Istio writes down. */
const DEFAULT_RING_SIZE = 1024;

/** https://www.envoyproxy.io/docs/envoy/latest/intro/arch_overview/upstream/load_balancing/slow_start */
function buildSlowStart({ durationMs, minimumPercent, aggression }: Warmup): SlowStartConfig {
  return {
    slowStartWindow: duration(durationMs),
    // The API wants a runtime key; nobody is expected to set it.
    aggression:
      aggression === undefined ? undefined : { defaultValue: aggression, runtimeKey: 'upstream.slow_start.aggression' },
    minWeightPercent: minimumPercent === undefined ? undefined : { value: minimumPercent },
  };
}
