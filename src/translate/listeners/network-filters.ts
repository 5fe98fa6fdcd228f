import type { PathNormalization } from '../../mesh/index.ts';
import { type Filter, type HttpConnectionManager, pack, type RouteConfiguration } from '../../proto/index.ts';
import { type Enforced, NOTHING_ENFORCED } from '../enforced.ts';
import { connectionFilters, httpFilters } from '../filters/index.ts';
import { OVER_ADS } from '../values.ts';

/** What every HTTP connection manager has in common, and what its kind adds. */
export interface HttpChain {
  readonly statPrefix: string;
  /** The name of a route configuration that is discovered, or the configuration itself. */
  readonly routes: string | RouteConfiguration;
  readonly kind: 'sidecar-outbound' | 'sidecar-inbound' | 'router' | 'http-proxy';
  /** Only HTTP/2 comes here. */
  readonly http2?: boolean;
  /** Default: nothing. */
  readonly enforced?: Enforced;
  /** Routes here may keep sessions, and have somebody asked about their requests. Default: they do not. */
  readonly routesAsk?: boolean;
  /** Certificates of clients may be signed by anybody. Default: they are verified. */
  readonly clientsUnproven?: boolean;
}

/** https://www.envoyproxy.io/docs/envoy/latest/api-v3/extensions/filters/network/http_connection_manager/v3/http_connection_manager.proto */
export function httpConnectionManager(chain: HttpChain): Filter {
  const { enforced = NOTHING_ENFORCED, routesAsk = false } = chain;
  const manager: HttpConnectionManager = {
    statPrefix: chain.statPrefix,
    ...(typeof chain.routes === 'string'
      ? { rds: { routeConfigName: chain.routes, configSource: OVER_ADS } }
      : { routeConfig: chain.routes }),
    // Only at gateways do routes ask for claims.
    httpFilters: httpFilters(enforced, { routesByClaims: chain.kind === 'router', routesAsk }),
    ...byKind[chain.kind],
    ...(chain.clientsUnproven && UNPROVEN),
    http2ProtocolOptions: chain.http2 ? {} : undefined,
    ...NORMALIZATIONS[enforced.pathNormalization],
    upgradeConfigs: [{ upgradeType: 'websocket' }],
    // Routes decide how long a stream may be idle.
    streamIdleTimeout: '0s',
    proxy100Continue: true,
    requestIdExtension: {
      typedConfig: pack('envoy.extensions.request_id.uuid.v3.UuidRequestIdConfig', {
        useRequestIdForTraceSampling: true,
      }),
    },
  };
  return {
    name: 'envoy.filters.network.http_connection_manager',
    typedConfig: pack('envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager', manager),
  };
}

/** Whoever is sent the request may verify the certificate itself; a name out of it would look like one that was verified. */
const UNPROVEN: HttpConnectionManager = { setCurrentClientCertDetails: { cert: true } };

/**
 * Paths are compared after `/a/../b` is resolved, so that nobody walks around a rule.
 * https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#MeshConfig-ProxyPathNormalization
 */
const NORMALIZATIONS: Readonly<Record<PathNormalization, HttpConnectionManager>> = {
  none: { normalizePath: false, pathWithEscapedSlashesAction: 'KEEP_UNCHANGED' },
  base: { normalizePath: true, pathWithEscapedSlashesAction: 'KEEP_UNCHANGED' },
  'merge-slashes': { normalizePath: true, mergeSlashes: true, pathWithEscapedSlashesAction: 'KEEP_UNCHANGED' },
  'decode-and-merge-slashes': {
    normalizePath: true,
    mergeSlashes: true,
    pathWithEscapedSlashesAction: 'UNESCAPE_AND_FORWARD',
  },
};

/** As Istio sets them, down to the name that a server calls itself by. */
const byKind: Readonly<Record<HttpChain['kind'], HttpConnectionManager>> = {
  'sidecar-outbound': { useRemoteAddress: false },
  'sidecar-inbound': {
    useRemoteAddress: false,
    serverName: 'istio-envoy',
    forwardClientCertDetails: 'APPEND_FORWARD',
    setCurrentClientCertDetails: { subject: true, dns: true, uri: true },
  },
  // Its clients are outside: what they claim about where they come from is not believed.
  router: {
    useRemoteAddress: true,
    serverName: 'istio-envoy',
    forwardClientCertDetails: 'SANITIZE_SET',
    setCurrentClientCertDetails: { subject: true, cert: true, dns: true, uri: true },
    httpProtocolOptions: {},
  },
  'http-proxy': { useRemoteAddress: false, httpProtocolOptions: { allowAbsoluteUrl: true } },
};

/** https://www.envoyproxy.io/docs/envoy/latest/configuration/listeners/network_filters/tcp_proxy_filter */
export function tcpProxy(cluster: string): Filter {
  return {
    name: 'envoy.filters.network.tcp_proxy',
    typedConfig: pack('envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy', { statPrefix: cluster, cluster }),
  };
}

/** The same behind what is enforced on connections. */
export function guardedTcpProxy(cluster: string, enforced: Enforced): readonly Filter[] {
  return [...connectionFilters(enforced), tcpProxy(cluster)];
}

/** By weight, under one name for statistics. */
export function weightedTcpProxy(
  statPrefix: string,
  clusters: readonly { readonly name: string; readonly weight: number }[],
): Filter {
  return {
    name: 'envoy.filters.network.tcp_proxy',
    typedConfig: pack('envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy', {
      statPrefix,
      weightedClusters: { clusters },
    }),
  };
}
