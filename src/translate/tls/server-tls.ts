import { type DownstreamTlsContext, pack, type TransportSocket } from '../../proto/index.ts';
import type { MeshTls } from './mesh-tls.ts';
import { type SecretsFrom, workloadSecret } from './secret-config.ts';
import { startingWith } from './subject-names.ts';

/** https://www.envoyproxy.io/docs/envoy/latest/api-v3/extensions/transport_sockets/tls/v3/tls.proto */
export function buildServerTls(context: DownstreamTlsContext): TransportSocket {
  return {
    name: 'envoy.transport_sockets.tls',
    typedConfig: pack('envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext', context),
  };
}

/**
 * The end of mutual TLS that shows the workload's certificate, and takes only clients with one of a trusted domain: a
 * sidecar, or a gateway's ISTIO_MUTUAL server.
 */
export function meshServerTls(mesh: MeshTls, from: SecretsFrom): DownstreamTlsContext {
  return {
    commonTlsContext: {
      tlsParams: mesh.parameters,
      // Not `istio`: a chosen `istio` would leave open whether HTTP/2 is spoken inside.
      alpnProtocols: ['h2', 'http/1.1'],
      tlsCertificateSdsSecretConfigs: [workloadSecret('default', from)],
      combinedValidationContext: {
        defaultValidationContext: {
          matchSubjectAltNames: startingWith(mesh.trustDomains.map((domain) => `spiffe://${domain}/`)),
        },
        validationContextSdsSecretConfig: workloadSecret('ROOTCA', from),
      },
    },
    requireClientCertificate: true,
  };
}
