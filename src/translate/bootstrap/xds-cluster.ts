import { isIP } from 'node:net';
import type { JsonObject } from '../../proto/index.ts';
import { buildXdsTransport, type XdsTls } from './xds-tls.ts';
import { tokenFilters } from './xds-token.ts';

/** The name of the one static cluster, as in Istio's bootstrap, so that its dashboards and alerts fit. */
export const XDS_CLUSTER = 'xds-grpc';

const HTTP_OPTIONS = 'envoy.extensions.upstreams.http.v3.HttpProtocolOptions';

export interface XdsAddress {
  readonly address: string;
  readonly port: number;
  readonly tls?: XdsTls;
}

/** The way to pharos. Must not fail for load: one stream carries everything this proxy will ever know. */
export function buildXdsCluster(xds: XdsAddress): JsonObject {
  return {
    name: XDS_CLUSTER,
    ...discoveryOf(xds.address),
    connectTimeout: '1s',
    loadAssignment: {
      clusterName: XDS_CLUSTER,
      endpoints: [{ lbEndpoints: [{ endpoint: { address: socketOf(xds) } }] }],
    },
    ...(xds.tls && { transportSocket: buildXdsTransport(xds.tls, xds.address) }),
    circuitBreakers: {
      thresholds: [
        { priority: 'DEFAULT', ...unlimited },
        { priority: 'HIGH', ...unlimited },
      ],
    },
    // A dead server that never closes its connection is noticed by both layers, rather than by stale configuration.
    upstreamConnectionOptions: { tcpKeepalive: { keepaliveTime: 300 } },
    typedExtensionProtocolOptions: {
      [HTTP_OPTIONS]: {
        '@type': `type.googleapis.com/${HTTP_OPTIONS}`,
        explicitHttpConfig: { http2ProtocolOptions: { connectionKeepalive: { interval: '30s', timeout: '10s' } } },
        ...(xds.tls && xds.tls.proof.kind !== 'certificate' && { httpFilters: tokenFilters(xds.tls.proof) }),
      },
    },
  };
}

const unlimited = {
  maxConnections: 4_294_967_295,
  maxPendingRequests: 4_294_967_295,
  maxRequests: 4_294_967_295,
  maxRetries: 4_294_967_295,
};

function discoveryOf(address: string): JsonObject {
  if (isIP(address)) return { type: 'STATIC' };
  return { type: 'STRICT_DNS', dnsLookupFamily: 'V4_PREFERRED' };
}

function socketOf(xds: XdsAddress): JsonObject {
  return { socketAddress: { address: xds.address, portValue: xds.port } };
}
