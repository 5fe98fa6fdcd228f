import type { ConsistentHash, LoadBalancerSettings } from '../api/index.ts';
import { durationMs } from '../lib/duration.ts';
import type { HashKey, LoadBalancer, Warmup } from './traffic-policy.ts';

/** https://istio.io/latest/docs/reference/config/networking/destination-rule/#LoadBalancerSettings */
export function loadBalancerOf({ simple, consistentHash }: LoadBalancerSettings): LoadBalancer | undefined {
  if (consistentHash) return hashing(consistentHash);
  switch (simple) {
    case 'ROUND_ROBIN':
      return { kind: 'round-robin' };
    case 'RANDOM':
      return { kind: 'random' };
    case 'PASSTHROUGH':
      return { kind: 'passthrough' };
    case 'LEAST_REQUEST':
    case 'LEAST_CONN': // its old name
      return { kind: 'least-request' };
    case 'UNSPECIFIED':
    case undefined:
      return undefined;
  }
}

export function warmupOf({ warmup, warmupDurationSecs }: LoadBalancerSettings): Warmup | undefined {
  const durationText = warmup?.duration ?? warmupDurationSecs;
  if (durationText === undefined) return undefined;
  return {
    durationMs: durationMs(durationText)!,
    minimumPercent: warmup?.minimumPercent,
    aggression: warmup?.aggression,
  };
}

function hashing(settings: ConsistentHash): LoadBalancer | undefined {
  const key = hashKey(settings);
  if (!key) return undefined;
  if (settings.maglev) return { kind: 'maglev', key, tableSize: settings.maglev.tableSize };
  return { kind: 'ring-hash', key, minimumRingSize: settings.ringHash?.minimumRingSize ?? settings.minimumRingSize };
}

function hashKey({ httpHeaderName, httpCookie, useSourceIp, httpQueryParameterName }: ConsistentHash) {
  if (httpHeaderName !== undefined) return { kind: 'header', name: httpHeaderName } satisfies HashKey;
  if (httpQueryParameterName !== undefined) {
    return { kind: 'query-parameter', name: httpQueryParameterName } satisfies HashKey;
  }
  if (httpCookie) return cookie(httpCookie);
  return useSourceIp ? ({ kind: 'source-ip' } satisfies HashKey) : undefined;
}

function cookie({ name, path, ttl, attributes = [] }: NonNullable<ConsistentHash['httpCookie']>): HashKey {
  return {
    kind: 'cookie',
    name,
    path,
    ttlMs: ttl === undefined ? undefined : durationMs(ttl),
    attributes: attributes.map(({ name: attribute, value = '' }) => ({ name: attribute, value })),
  };
}
