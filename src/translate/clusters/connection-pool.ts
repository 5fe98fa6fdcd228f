import type { ConnectionPool } from '../../mesh/index.ts';
import type { CircuitBreakers, UpstreamConnectionOptions } from '../../proto/index.ts';
import type { RetryBudget } from '../../route/index.ts';

/** Envoy's own limits (1024 connections, 3 retries) make a mesh fail under load that nobody limited. */
const UNLIMITED = 4_294_967_295;

/** As Istio reads them: 0 means that nobody said. A retry budget takes the place of what is said of retries. */
export function buildCircuitBreakers(pool: ConnectionPool, retryBudget?: RetryBudget): CircuitBreakers {
  return {
    thresholds: [
      {
        maxConnections: pool.maxConnections || UNLIMITED,
        maxPendingRequests: pool.http1MaxPendingRequests || UNLIMITED,
        maxRequests: pool.http2MaxRequests || UNLIMITED,
        ...(retryBudget
          ? { retryBudget: buildRetryBudget(retryBudget) }
          : { maxRetries: pool.maxRetries || UNLIMITED }),
        trackRemaining: true,
      },
    ],
  };
}

/**
 * Envoy counts what is under way at a moment, not what there was in a time: its budget is a share of the requests that
 * wait for an answer. What may always be is a number of retries under way, too, and a rate is one if each takes a second.
 * https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/cluster/v3/circuit_breaker.proto#config-cluster-v3-circuitbreakers-thresholds-retrybudget
 */
function buildRetryBudget({ percent, alwaysPerSecond }: RetryBudget): NonNullable<Thresholds['retryBudget']> {
  return { budgetPercent: { value: percent }, minRetryConcurrency: Math.ceil(alwaysPerSecond) };
}

/** Where a cluster says it. */
export const RETRY_BUDGET = 'circuitBreakers.thresholds[0].retryBudget';

type Thresholds = NonNullable<CircuitBreakers['thresholds']>[number];

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
