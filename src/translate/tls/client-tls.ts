import type { ClientTls, Trust } from '../../mesh/index.ts';
import {
  type CertificateValidationContext,
  type CommonTlsContext,
  type DataSource,
  pack,
  type TlsParameters,
  type TransportSocket,
  type UpstreamTlsContext,
} from '../../proto/index.ts';
import { VERSIONS } from './mesh-tls.ts';
import { credentialSecret, type SecretsFrom, workloadSecret } from './secret-config.ts';
import { lentPairSecretName } from './secret-names.ts';
import { exactly } from './subject-names.ts';

/** The workloads at the other end, and what they are told before anything is encrypted. */
export interface MeshPeer {
  /** SPIFFE URIs; with none, every workload that the mesh's root vouches for is believed. */
  readonly subjectAltNames: readonly string[];
  readonly sni: string;
  /** Undefined: by what is spoken on each connection, `h2` or `http/1.1`; nothing if it is not HTTP. */
  readonly alpn: readonly string[] | undefined;
}

/** A connection to a server that is none of the mesh's workloads, as a rule says. */
export type ServerPeer = Extract<ClientTls, { readonly mode: 'simple' | 'mutual' }>;

/** https://www.envoyproxy.io/docs/envoy/latest/api-v3/extensions/transport_sockets/tls/v3/tls.proto */
export function buildClientTls(context: UpstreamTlsContext): TransportSocket {
  return {
    name: 'envoy.transport_sockets.tls',
    typedConfig: pack('envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext', context),
  };
}

/** The end of mutual TLS that calls. */
export function meshClientTls(from: SecretsFrom, { subjectAltNames, sni, alpn }: MeshPeer): UpstreamTlsContext {
  return {
    commonTlsContext: {
      tlsParams: VERSIONS,
      alpnProtocols: alpn,
      tlsCertificateSdsSecretConfigs: [workloadSecret('default', from)],
      combinedValidationContext: {
        defaultValidationContext: validation(subjectAltNames),
        validationContextSdsSecretConfig: workloadSecret('ROOTCA', from),
      },
    },
    sni,
  };
}

/** `from` is where files of the workload come from: an agent reads them, else Envoy itself does. */
export function serverPeerTls(
  from: SecretsFrom | undefined,
  peer: ServerPeer,
  alpn: readonly string[] | undefined,
  tlsParams: TlsParameters,
): UpstreamTlsContext {
  return {
    commonTlsContext: {
      tlsParams,
      alpnProtocols: alpn,
      ...(peer.mode === 'mutual' && certificate(from, peer.certificate)),
      ...trust(from, peer),
    },
    sni: peer.sni,
  };
}

/** Where a connection must be encrypted and cannot be: it begins to be, and believes no certificate that there is. */
export const IMPOSSIBLE_TLS: TransportSocket = buildClientTls({
  commonTlsContext: { tlsParams: VERSIONS, validationContext: { verifyCertificateHash: ['0'.repeat(64)] } },
});

function certificate(
  from: SecretsFrom | undefined,
  source: Extract<ServerPeer, { mode: 'mutual' }>['certificate'],
): CommonTlsContext {
  if (source.from === 'secret') {
    const { namespace, name } = source;
    const secret = namespace === undefined ? name : lentPairSecretName({ namespace, name });
    return { tlsCertificateSdsSecretConfigs: [credentialSecret(secret)] };
  }
  const { chain, key } = source;
  if (from === 'agent') {
    return { tlsCertificateSdsSecretConfigs: [workloadSecret(`file-cert:${chain}~${key}`, from)] };
  }
  return { tlsCertificates: [{ certificateChain: file(chain), privateKey: file(key) }] };
}

function trust(from: SecretsFrom | undefined, { trust: source, subjectAltNames }: ServerPeer): CommonTlsContext {
  if (source.from === 'anywhere') return {};
  if (source.from === 'text') {
    return { validationContext: { ...validation(subjectAltNames), trustedCa: { inlineString: source.pem } } };
  }
  const expected = { ...validation(subjectAltNames), crl: source.crl === undefined ? undefined : file(source.crl) };
  const secret = trustSecret(from, source);
  return secret
    ? { combinedValidationContext: { defaultValidationContext: expected, validationContextSdsSecretConfig: secret } }
    : { validationContext: { ...expected, trustedCa: file(source.from === 'file' ? source.path : SYSTEM_ROOTS) } };
}

function trustSecret(from: SecretsFrom | undefined, source: Exclude<Trust, { readonly from: 'text' }>) {
  if (source.from === 'secret') return credentialSecret(`${source.name}-cacert`);
  if (from !== 'agent') return undefined;
  // As Istio's agent calls them; it knows where its own system has them.
  return workloadSecret(`file-root:${source.from === 'file' ? source.path : 'system'}`, from);
}

/** Where Debian, Ubuntu and Alpine have them, and with them Envoy's own images. */
const SYSTEM_ROOTS = '/etc/ssl/certs/ca-certificates.crt';

function validation(subjectAltNames: readonly string[]): CertificateValidationContext {
  return { matchSubjectAltNames: subjectAltNames.length > 0 ? exactly(subjectAltNames) : undefined };
}

function file(filename: string): DataSource {
  return { filename };
}
