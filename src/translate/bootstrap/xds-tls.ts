import { isIP } from 'node:net';
import type { JsonObject } from '../../proto/index.ts';
import type { TokenProof } from './xds-token.ts';

/** How a proxy reaches the secure port: whom it believes there, and what it proves itself with. */
export interface XdsTls {
  /** The roots to verify pharos by, in PEM. */
  readonly rootsPem: string;
  /** The name that pharos' certificate must have. Default: the address of pharos. */
  readonly serverName?: string;
  readonly proof: TokenProof | CertificateProof;
}

/** Files that Envoy reads when it starts, in PEM: a chain with the leaf first, and its key. */
export interface CertificateProof {
  readonly kind: 'certificate';
  readonly chainFile: string;
  readonly keyFile: string;
}

const TLS = 'envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext';

/** https://www.envoyproxy.io/docs/envoy/latest/api-v3/extensions/transport_sockets/tls/v3/tls.proto */
export function buildXdsTransport({ rootsPem, serverName, proof }: XdsTls, address: string): JsonObject {
  const name = serverName ?? address;
  return {
    name: 'envoy.transport_sockets.tls',
    typedConfig: {
      '@type': `type.googleapis.com/${TLS}`,
      ...(isIP(name) === 0 && { sni: name }),
      commonTlsContext: {
        tlsParams: { tlsMinimumProtocolVersion: 'TLSv1_2', tlsMaximumProtocolVersion: 'TLSv1_3' },
        alpnProtocols: ['h2'],
        ...(proof.kind === 'certificate' && {
          tlsCertificates: [
            { certificateChain: { filename: proof.chainFile }, privateKey: { filename: proof.keyFile } },
          ],
        }),
        validationContext: {
          trustedCa: { inlineString: rootsPem },
          matchTypedSubjectAltNames: [{ sanType: isIP(name) ? 'IP_ADDRESS' : 'DNS', matcher: { exact: name } }],
        },
      },
    },
  };
}
