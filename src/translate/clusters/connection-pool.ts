import type { ConnectionPool } from '../../mesh/index.ts';
import type { CircuitBreakers, UpstreamConnectionOptions } from '../../proto/index.ts';

/** Envoy's own limits (1024 connections, 3 retries) make a mesh fail under load that nobody limited. */
const UNLIMITED = 4_294_967_295;

/** As Istio reads them: 0 means that nobody said. */
export function buildCircuitBreakers(pool: ConnectionPool): CircuitBreakers {
  return {
    thresholds: [
      {
        maxConnections: pool.maxConnections || UNLIMITED,
        maxPendingRequests: pool.http1MaxPendingRequests || UNLIMITED,
        maxRequests: pool.http2MaxRequests || UNLIMITED,
        maxRetries: pool.maxRetries || UNLIMITED,
        trackRemaining: true,
      },
    ],
  };
}

/** https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/core/v3/address.proto#config-core-v3-tcpkeepalive */
export function buildConnectionOptions({ tcpKeepalive }: ConnectionPool): UpstreamConnectionOptions | undefined {
  if (!tcpKeepalive) return undefined;
  const { probes, timeMs, intervalMs } = tcpKeepalive;
  return {
    tcpKeepalive: {
      keepaliveProbes: probes,
      keepaliveTime: wholeSeconds(timeMs),
      keepaliveInterval: wholeSeconds(intervalMs),
    },
  };
}

/** The kernel counts in seconds; less than one would switch keepalive off. */
function wholeSeconds(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : Math.max(1, Math.round(ms / 1000));
}
