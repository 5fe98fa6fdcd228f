import type { ConnectionPoolSettings } from '../api/index.ts';
import { durationMs } from '../lib/duration.ts';
import { said, unlessZero } from './said.ts';
import type { ConnectionPool } from './traffic-policy.ts';

/** https://istio.io/latest/docs/reference/config/networking/destination-rule/#ConnectionPoolSettings */
export function connectionPoolOf({ tcp = {}, http = {} }: ConnectionPoolSettings): ConnectionPool {
  return said({
    maxConnections: unlessZero(tcp.maxConnections),
    connectTimeoutMs: ms(tcp.connectTimeout),
    tcpKeepalive: tcp.tcpKeepalive && tcpKeepalive(tcp.tcpKeepalive),
    maxConnectionDurationMs: ms(tcp.maxConnectionDuration),
    tcpIdleTimeoutMs: ms(tcp.idleTimeout),
    http1MaxPendingRequests: unlessZero(http.http1MaxPendingRequests),
    http2MaxRequests: unlessZero(http.http2MaxRequests),
    maxRequestsPerConnection: unlessZero(http.maxRequestsPerConnection),
    maxRetries: unlessZero(http.maxRetries),
    httpIdleTimeoutMs: ms(http.idleTimeout),
    h2Upgrade: h2Upgrade(http.h2UpgradePolicy),
    useClientProtocol: http.useClientProtocol,
    maxConcurrentStreams: unlessZero(http.maxConcurrentStreams),
    http2Keepalive: http.http2KeepAlive && http2Keepalive(http.http2KeepAlive),
  });
}

function tcpKeepalive(settings: NonNullable<NonNullable<ConnectionPoolSettings['tcp']>['tcpKeepalive']>) {
  return said({ probes: settings.probes, timeMs: ms(settings.time), intervalMs: ms(settings.interval) });
}

function http2Keepalive(settings: NonNullable<NonNullable<ConnectionPoolSettings['http']>['http2KeepAlive']>) {
  return said({ intervalMs: ms(settings.interval), timeoutMs: ms(settings.timeout) });
}

function h2Upgrade(
  policy: 'DEFAULT' | 'DO_NOT_UPGRADE' | 'UPGRADE' | undefined,
): 'upgrade' | 'do-not-upgrade' | undefined {
  if (policy === 'UPGRADE') return 'upgrade';
  return policy === 'DO_NOT_UPGRADE' ? 'do-not-upgrade' : undefined;
}

function ms(duration: string | undefined): number | undefined {
  return duration === undefined ? undefined : durationMs(duration);
}
