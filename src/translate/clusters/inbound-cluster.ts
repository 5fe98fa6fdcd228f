import type { InboundPort, ObjectKey, Service, TrafficPolicy } from '../../mesh/index.ts';
import type { Cluster } from '../../proto/index.ts';
import { inboundClusterName, statPrefix } from '../names.ts';
import type { Built } from '../translator.ts';
import { duration, socketAddress } from '../values.ts';
import { buildCircuitBreakers, buildConnectionOptions } from './connection-pool.ts';
import { buildProtocolOptions } from './http-protocol.ts';
import { buildMetadata } from './metadata.ts';
import { INBOUND_SOURCE } from './well-known.ts';

export interface InboundCluster {
  readonly port: InboundPort;
  /** The services of the port; the first decides. At least one. */
  readonly services: readonly [Service, ...Service[]];
  /** Of the first service's rule; on this side only its connection pool holds. */
  readonly policy: TrafficPolicy;
  readonly rule: ObjectKey | undefined;
  readonly connectTimeoutMs: number;
  readonly intercepted: boolean;
}

/** From the proxy to its own application. */
export function buildInboundCluster(of: InboundCluster): Built<Cluster> {
  const name = inboundClusterName(of.port.targetPort);
  const pool = of.policy.connectionPool;
  const message: Cluster = {
    name,
    altStatName: statPrefix(name),
    ...(of.intercepted ? TO_ORIGINAL_DESTINATION : buildToLocalhost(name, of.port.targetPort)),
    connectTimeout: duration(pool.connectTimeoutMs ?? of.connectTimeoutMs),
    circuitBreakers: buildCircuitBreakers(pool),
    upstreamConnectionOptions: buildConnectionOptions(pool),
    typedExtensionProtocolOptions: buildProtocolOptions(
      of.port.protocol,
      withoutUpgrade(pool),
      of.port.protocol === 'auto',
    ),
    metadata: buildMetadata({ services: of.services, rule: of.rule }),
  };
  return { message, decided: [{ path: '', origin: of.services[0].origin }] };
}

/** Where the connection was going before iptables turned it here; never forgotten, because no health check renews it. */
const TO_ORIGINAL_DESTINATION: Cluster = {
  type: 'ORIGINAL_DST',
  lbPolicy: 'CLUSTER_PROVIDED',
  cleanupInterval: '3155760000s',
  upstreamBindConfig: { sourceAddress: INBOUND_SOURCE.socketAddress },
};

function buildToLocalhost(clusterName: string, targetPort: number): Cluster {
  const endpoint = { address: socketAddress('127.0.0.1', targetPort) };
  return {
    type: 'STATIC',
    lbPolicy: 'ROUND_ROBIN',
    loadAssignment: { clusterName, endpoints: [{ lbEndpoints: [{ endpoint }] }] },
  };
}

/** An upgrade is between proxies: the application said what it speaks. */
function withoutUpgrade({ h2Upgrade: _, ...pool }: InboundCluster['policy']['connectionPool']): typeof pool {
  return pool;
}
