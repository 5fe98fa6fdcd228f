import type { JsonObject } from '../../proto/index.ts';
import { buildNode, type ProxyIdentity } from './node.ts';
import { statsTags } from './stats-tags.ts';
import { buildXdsCluster, XDS_CLUSTER, type XdsAddress } from './xds-cluster.ts';
import { tokenSecrets } from './xds-token.ts';

export interface BootstrapOptions extends ProxyIdentity {
  /** Where pharos serves xDS: an IP, or a name to look up. Without `tls` it is the plaintext port. */
  readonly xds: XdsAddress;
  /** `delta` lets virtual hosts be resources of their own, so that a change costs what it touches. Default: `delta`. */
  readonly protocol?: 'delta' | 'sotw';
  /** Port 0: any free one, which `--admin-address-path` then tells. Default: 127.0.0.1:15000. */
  readonly admin?: { readonly address?: string; readonly port: number };
}

/** https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/bootstrap/v3/bootstrap.proto, for a stock Envoy 1.30 or newer. */
export function buildBootstrap(options: BootstrapOptions): JsonObject {
  return {
    node: buildNode(options),
    dynamicResources: buildDynamicResources(options.protocol ?? 'delta'),
    staticResources: { clusters: [buildXdsCluster(options.xds)], ...secretsOf(options.xds) },
    admin: { address: socket(options.admin?.address ?? '127.0.0.1', options.admin?.port ?? 15000) },
    statsConfig: { useAllDefaultTags: false, statsTags: [...statsTags] },
    overloadManager: { resourceMonitors: [noConnectionLimit] },
    layeredRuntime: {
      layers: [
        { name: 'pharos', staticLayer: runtime },
        { name: 'admin', adminLayer: {} },
      ],
    },
  };
}

function secretsOf({ tls }: XdsAddress): JsonObject {
  const secrets = tls && tls.proof.kind !== 'certificate' ? tokenSecrets(tls.proof) : [];
  return secrets.length > 0 ? { secrets } : {};
}

/** Envoy's own limit of 100 refuses regexes that Istio's users have; this is the value that Istio's proxies run with. */
const runtime: JsonObject = { 're2.max_program_size.error_level': 32_768 };

/** Said aloud, because Envoy warns at every start when nobody says it. */
const noConnectionLimit: JsonObject = {
  name: 'envoy.resource_monitors.global_downstream_max_connections',
  typedConfig: {
    '@type':
      'type.googleapis.com/envoy.extensions.resource_monitors.downstream_connections.v3.DownstreamConnectionsConfig',
    maxActiveDownstreamConnections: 2_147_483_647,
  },
};

function buildDynamicResources(protocol: 'delta' | 'sotw'): JsonObject {
  return {
    adsConfig: {
      apiType: protocol === 'delta' ? 'DELTA_GRPC' : 'GRPC',
      transportApiVersion: 'V3',
      setNodeOnFirstMessageOnly: true,
      grpcServices: [{ envoyGrpc: { clusterName: XDS_CLUSTER } }],
    },
    cdsConfig: overAds,
    ldsConfig: overAds,
  };
}

/** Without a time limit: a proxy that was told nothing yet is not ready, rather than ready and empty. */
const overAds: JsonObject = { ads: {}, initialFetchTimeout: '0s', resourceApiVersion: 'V3' };

function socket(address: string, portValue: number): JsonObject {
  return { socketAddress: { address, portValue } };
}
