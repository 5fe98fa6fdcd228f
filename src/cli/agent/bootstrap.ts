import { isIP } from 'node:net';
import type { JsonObject } from '../../proto/index.ts';
import { type BootstrapOptions, buildBootstrap } from '../../translate/bootstrap/index.ts';
import { buildXdsCluster } from '../../translate/bootstrap/xds-cluster.ts';

/** The static cluster that Istio's agents have for secrets: what pharos sends refers to it by this name. */
const SECRETS_CLUSTER = 'sds-grpc';

const HTTP_OPTIONS = 'envoy.extensions.upstreams.http.v3.HttpProtocolOptions';

export interface AgentBootstrapOptions extends Omit<BootstrapOptions, 'xds'> {
  readonly xds: { readonly address: string; readonly port: number };
  readonly serverName: string | undefined;
  /** Of the Unix socket. */
  readonly socket: string;
}

/** A bootstrap whose Envoy has its identity from an agent beside it, and shows it to pharos. */
export function buildAgentBootstrap({ serverName, socket, ...options }: AgentBootstrapOptions): JsonObject {
  const { node, staticResources, ...rest } = buildBootstrap(options) as { readonly [part: string]: JsonObject };
  return {
    ...rest,
    node: { ...node, metadata: { ...(node!['metadata'] as JsonObject), SECRETS: SECRETS_CLUSTER } },
    staticResources: {
      ...staticResources,
      clusters: [xdsCluster(options.xds, serverName ?? options.xds.address), secretsCluster(socket)],
    },
  };
}

function xdsCluster(xds: AgentBootstrapOptions['xds'], name: string): JsonObject {
  return {
    ...buildXdsCluster(xds),
    transportSocket: {
      name: 'envoy.transport_sockets.tls',
      typedConfig: {
        '@type': 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext',
        ...(isIP(name) === 0 && { sni: name }),
        commonTlsContext: {
          tlsParams: { tlsMinimumProtocolVersion: 'TLSv1_2', tlsMaximumProtocolVersion: 'TLSv1_3' },
          alpnProtocols: ['h2'],
          tlsCertificateSdsSecretConfigs: [secret('default')],
          combinedValidationContext: {
            defaultValidationContext: {
              matchTypedSubjectAltNames: [{ sanType: isIP(name) ? 'IP_ADDRESS' : 'DNS', matcher: { exact: name } }],
            },
            validationContextSdsSecretConfig: secret('ROOTCA'),
          },
        },
      },
    },
  };
}

function secret(name: string): JsonObject {
  return {
    name,
    sdsConfig: {
      apiConfigSource: {
        apiType: 'GRPC',
        transportApiVersion: 'V3',
        setNodeOnFirstMessageOnly: true,
        grpcServices: [{ envoyGrpc: { clusterName: SECRETS_CLUSTER } }],
      },
      initialFetchTimeout: '0s',
      resourceApiVersion: 'V3',
    },
  };
}

function secretsCluster(path: string): JsonObject {
  return {
    name: SECRETS_CLUSTER,
    type: 'STATIC',
    connectTimeout: '1s',
    loadAssignment: {
      clusterName: SECRETS_CLUSTER,
      endpoints: [{ lbEndpoints: [{ endpoint: { address: { pipe: { path } } } }] }],
    },
    typedExtensionProtocolOptions: {
      [HTTP_OPTIONS]: {
        '@type': `type.googleapis.com/${HTTP_OPTIONS}`,
        explicitHttpConfig: { http2ProtocolOptions: {} },
      },
    },
  };
}
