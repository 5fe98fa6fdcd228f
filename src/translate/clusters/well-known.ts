import type { Cluster } from '../../proto/index.ts';
import { BLACK_HOLE_CLUSTER, INBOUND_PASSTHROUGH_CLUSTER, PASSTHROUGH_CLUSTER, statPrefix } from '../names.ts';
import { duration, socketAddress } from '../values.ts';
import { buildCircuitBreakers } from './connection-pool.ts';
import { PASSTHROUGH_OPTIONS } from './http-protocol.ts';

/** The clusters that every proxy of a role has: https://istio.io/latest/docs/tasks/traffic-management/egress/egress-control/ */
export function buildWellKnownClusters(role: 'sidecar' | 'router', connectTimeoutMs: number): readonly Cluster[] {
  // A router has no client whose destination it could pass through to.
  if (role === 'router') return [buildBlackHole(connectTimeoutMs)];
  return [
    buildBlackHole(connectTimeoutMs),
    buildPassthrough(PASSTHROUGH_CLUSTER, connectTimeoutMs),
    {
      ...buildPassthrough(INBOUND_PASSTHROUGH_CLUSTER, connectTimeoutMs),
      upstreamBindConfig: { sourceAddress: INBOUND_SOURCE.socketAddress },
    },
  ];
}

/** Istio's iptables let connections from here through to the application instead of back to the proxy. */
export const INBOUND_SOURCE = socketAddress('127.0.0.6', 0);

function buildBlackHole(connectTimeoutMs: number): Cluster {
  return {
    name: BLACK_HOLE_CLUSTER,
    altStatName: statPrefix(BLACK_HOLE_CLUSTER),
    type: 'STATIC',
    connectTimeout: duration(connectTimeoutMs),
    lbPolicy: 'ROUND_ROBIN',
  };
}

function buildPassthrough(name: string, connectTimeoutMs: number): Cluster {
  return {
    name,
    altStatName: statPrefix(name),
    type: 'ORIGINAL_DST',
    connectTimeout: duration(connectTimeoutMs),
    lbPolicy: 'CLUSTER_PROVIDED',
    circuitBreakers: buildCircuitBreakers({}),
    typedExtensionProtocolOptions: PASSTHROUGH_OPTIONS,
  };
}
