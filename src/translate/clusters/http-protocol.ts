import type { ConnectionPool, Protocol } from '../../mesh/index.ts';
import {
  type CommonHttpProtocolOptions,
  type Http2ProtocolOptions,
  type HttpProtocolOptions,
  pack,
  type TypedAny,
} from '../../proto/index.ts';
import { duration } from '../values.ts';

type UpstreamHttpProtocolOptions = HttpProtocolOptions['upstreamHttpProtocolOptions'];

export type TypedOptions = Readonly<Record<string, TypedAny>>;

/** The protocol spoken to a service; undefined where Envoy's default (HTTP/1.1, or none) is right. */
export function buildProtocolOptions(
  protocol: Protocol,
  pool: ConnectionPool,
  detectsProtocol: boolean,
  upstreamHttpProtocolOptions?: UpstreamHttpProtocolOptions,
): TypedOptions | undefined {
  const common = buildCommonOptions(pool);
  const upstream = buildUpstreamProtocol(protocol, pool, detectsProtocol);
  if (!common && !upstream && !upstreamHttpProtocolOptions) return undefined;
  return typedOptions({
    commonHttpProtocolOptions: common,
    upstreamHttpProtocolOptions,
    ...(upstream ?? HTTP1),
  });
}

/** Whether nothing but HTTP/2 is spoken, whatever the client spoke. */
export function isHttp2(protocol: Protocol, pool: ConnectionPool): boolean {
  return pool.h2Upgrade === 'upgrade' || (IS_HTTP2.has(protocol) && !pool.useClientProtocol);
}

/** Who cannot know what passes through speaks what the client speaks, and gives idle connections back after a while. */
export const PASSTHROUGH_OPTIONS: TypedOptions = typedOptions({
  commonHttpProtocolOptions: { idleTimeout: '300s' },
  useDownstreamProtocolConfig: { httpProtocolOptions: {}, http2ProtocolOptions: {} },
});

/** What both understand, by the handshake of TLS. */
export const NEGOTIATED_OPTIONS: TypedOptions = typedOptions({
  autoConfig: { httpProtocolOptions: {}, http2ProtocolOptions: {} },
});

const HTTP1: HttpProtocolOptions = { explicitHttpConfig: { httpProtocolOptions: {} } };

const IS_HTTP2: ReadonlySet<Protocol> = new Set<Protocol>(['http2', 'grpc', 'grpc-web']);

function buildUpstreamProtocol(
  protocol: Protocol,
  pool: ConnectionPool,
  detectsProtocol: boolean,
): HttpProtocolOptions | undefined {
  const http2ProtocolOptions = buildHttp2Options(pool);
  if (pool.h2Upgrade === 'upgrade') return { explicitHttpConfig: { http2ProtocolOptions } };
  if (pool.useClientProtocol) return { useDownstreamProtocolConfig: { httpProtocolOptions: {}, http2ProtocolOptions } };
  if (IS_HTTP2.has(protocol)) return { explicitHttpConfig: { http2ProtocolOptions } };
  if (detectsProtocol) return { useDownstreamProtocolConfig: { httpProtocolOptions: {}, http2ProtocolOptions } };
  return undefined;
}

function buildHttp2Options({ maxConcurrentStreams, http2Keepalive }: ConnectionPool): Http2ProtocolOptions {
  return {
    maxConcurrentStreams: maxConcurrentStreams || undefined,
    connectionKeepalive: http2Keepalive && {
      interval: http2Keepalive.intervalMs === undefined ? undefined : duration(http2Keepalive.intervalMs),
      timeout: duration(http2Keepalive.timeoutMs ?? KEEPALIVE_TIMEOUT_MS),
    },
  };
}

/** Envoy requires one; gRPC's own default. */
const KEEPALIVE_TIMEOUT_MS = 20_000;

function buildCommonOptions(pool: ConnectionPool): CommonHttpProtocolOptions | undefined {
  const idleTimeoutMs = pool.httpIdleTimeoutMs ?? pool.tcpIdleTimeoutMs;
  const { maxConnectionDurationMs } = pool;
  const maxRequestsPerConnection = pool.maxRequestsPerConnection || undefined;
  if (idleTimeoutMs === undefined && maxConnectionDurationMs === undefined && !maxRequestsPerConnection)
    return undefined;
  return {
    idleTimeout: idleTimeoutMs === undefined ? undefined : duration(idleTimeoutMs),
    maxConnectionDuration: maxConnectionDurationMs === undefined ? undefined : duration(maxConnectionDurationMs),
    maxRequestsPerConnection,
  };
}

function typedOptions(options: HttpProtocolOptions): TypedOptions {
  const name = 'envoy.extensions.upstreams.http.v3.HttpProtocolOptions';
  return { [name]: pack(name, options) };
}
