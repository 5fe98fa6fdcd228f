import type { Origin } from '../api/index.ts';
import type { ClientTls } from './client-tls.ts';

/**
 * How clients treat a destination: a DestinationRule's levels (rule, port, subset, subset's port) already merged for one
 * port and subset. Undefined is always "nobody said".
 */
export interface TrafficPolicy {
  readonly origin: Origin | undefined;
  readonly loadBalancer: LoadBalancer | undefined;
  readonly warmup: Warmup | undefined;
  readonly connectionPool: ConnectionPool;
  readonly outlierDetection: OutlierDetection | undefined;
  readonly proxyProtocol: 'V1' | 'V2' | undefined;
  readonly tls: ClientTls | undefined;
}

export type LoadBalancer =
  | { readonly kind: 'round-robin' }
  | { readonly kind: 'least-request' }
  | { readonly kind: 'random' }
  | { readonly kind: 'passthrough' }
  | { readonly kind: 'ring-hash'; readonly key: HashKey; readonly minimumRingSize: number | undefined }
  | { readonly kind: 'maglev'; readonly key: HashKey; readonly tableSize: number | undefined };

/** What a request is hashed by. */
export type HashKey =
  | { readonly kind: 'header'; readonly name: string }
  | { readonly kind: 'query-parameter'; readonly name: string }
  | { readonly kind: 'source-ip' }
  | {
      readonly kind: 'cookie';
      readonly name: string;
      readonly path: string | undefined;
      readonly ttlMs: number | undefined;
      readonly attributes: readonly { readonly name: string; readonly value: string }[];
    };

/** New endpoints take their full share only after a while. */
export interface Warmup {
  readonly durationMs: number;
  readonly minimumPercent: number | undefined;
  readonly aggression: number | undefined;
}

export interface ConnectionPool {
  readonly maxConnections?: number;
  readonly connectTimeoutMs?: number;
  readonly tcpKeepalive?: { readonly probes?: number; readonly timeMs?: number; readonly intervalMs?: number };
  readonly maxConnectionDurationMs?: number;
  readonly tcpIdleTimeoutMs?: number;
  readonly http1MaxPendingRequests?: number;
  readonly http2MaxRequests?: number;
  readonly maxRequestsPerConnection?: number;
  readonly maxRetries?: number;
  readonly httpIdleTimeoutMs?: number;
  readonly h2Upgrade?: 'upgrade' | 'do-not-upgrade';
  readonly useClientProtocol?: boolean;
  readonly maxConcurrentStreams?: number;
  readonly http2Keepalive?: { readonly intervalMs?: number; readonly timeoutMs?: number };
}

export interface OutlierDetection {
  readonly consecutive5xxErrors?: number;
  readonly consecutiveGatewayErrors?: number;
  readonly consecutiveLocalOriginFailures?: number;
  readonly splitExternalLocalOriginErrors?: boolean;
  readonly intervalMs?: number;
  readonly baseEjectionTimeMs?: number;
  readonly maxEjectionPercent?: number;
  readonly minHealthPercent?: number;
}
