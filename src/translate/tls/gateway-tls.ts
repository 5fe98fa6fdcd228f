import type {
  CertificateValidationContext,
  CommonTlsContext,
  DownstreamTlsContext,
  SdsSecretConfig,
  TlsParameters,
} from '../../proto/index.ts';
import type { ServerAuthorities, ServerCertificate, TlsEnd, TlsVersion } from '../../route/index.ts';
import type { MeshTls } from './mesh-tls.ts';
import { credentialSecret, fileSecret, type SecretsFrom, workloadSecret } from './secret-config.ts';
import {
  authoritiesSecretName,
  fileAuthoritiesName,
  filePairName,
  lentPairSecretName,
  pairSecretName,
} from './secret-names.ts';
import { meshServerTls } from './server-tls.ts';
import { exactly } from './subject-names.ts';

/** What the mesh says of TLS that gateways end. */
export interface GatewayTlsDefaults {
  /** Between workloads. */
  readonly mesh: MeshTls;
  /** With anybody. */
  readonly others: TlsParameters;
}

/** TLS as a gateway's server ends it. `from`: where the proxy has its own identity from. */
export function gatewayServerTls(
  tls: TlsEnd,
  from: SecretsFrom | undefined,
  readsHttp: boolean,
  defaults: GatewayTlsDefaults,
): DownstreamTlsContext {
  const common = { alpnProtocols: readsHttp ? HTTP_ALPN : undefined };
  if (tls.mode === 'mesh') {
    if (!from) throw new Error('a server without an identity: the plan has left it out');
    const { commonTlsContext, ...context } = meshServerTls(defaults.mesh, from);
    return { ...context, commonTlsContext: { ...commonTlsContext, ...common, ...expected(tls, commonTlsContext) } };
  }
  return {
    commonTlsContext: {
      ...common,
      tlsParams: parameters(tls, defaults.others),
      tlsCertificateSdsSecretConfigs: tls.certificates.map((certificate) => certificateConfig(certificate, from)),
      ...clients(tls, from),
    },
    requireClientCertificate: tls.client === 'required',
  };
}

/** What a connection offers where requests are read from it; where they are not, nobody knows what the other end speaks. */
const HTTP_ALPN = ['h2', 'http/1.1'];

type WithCertificates = Extract<TlsEnd, { readonly mode: 'certificates' }>;

function clients(tls: WithCertificates, from: SecretsFrom | undefined): CommonTlsContext {
  const { authorities } = tls;
  if (!authorities) return {};
  if (authorities.from === 'text') {
    return { validationContext: { ...demands(tls), ...trust(tls), trustedCa: { inlineString: authorities.pem } } };
  }
  return {
    combinedValidationContext: {
      defaultValidationContext: { ...demands(tls), ...trust(tls) },
      validationContextSdsSecretConfig: authoritiesConfig(authorities, from),
    },
  };
}

/** https://www.envoyproxy.io/docs/envoy/latest/api-v3/extensions/transport_sockets/tls/v3/common.proto */
function trust({ acceptsUntrusted }: WithCertificates): CertificateValidationContext {
  return acceptsUntrusted ? { trustChainVerification: 'ACCEPT_UNTRUSTED' } : {};
}

function demands({ subjectAltNames, crl, verifySpki, verifyHash }: TlsEnd): CertificateValidationContext {
  return {
    ...(subjectAltNames.length > 0 && { matchSubjectAltNames: exactly(subjectAltNames) }),
    ...(verifySpki.length > 0 && { verifyCertificateSpki: verifySpki }),
    ...(verifyHash.length > 0 && { verifyCertificateHash: verifyHash }),
    ...(crl !== undefined && { crl: { filename: crl } }),
  };
}

/** Names that the server asks for stand in place of any workload of the mesh. */
function expected(tls: TlsEnd, common: CommonTlsContext | undefined): CommonTlsContext {
  const combined = common?.combinedValidationContext;
  const defaultValidationContext = { ...combined?.defaultValidationContext, ...demands(tls) };
  return { combinedValidationContext: { ...combined, defaultValidationContext } };
}

function parameters({ minVersion, maxVersion, cipherSuites }: TlsEnd, others: TlsParameters): TlsParameters {
  const { tlsMinimumProtocolVersion: usual } = others;
  // A server for old clients only has said so by its maximum.
  const least = minVersion ?? (maxVersion && older(maxVersion, usual as TlsVersion) ? maxVersion : usual);
  return {
    ...others,
    tlsMinimumProtocolVersion: least,
    tlsMaximumProtocolVersion: maxVersion ?? others.tlsMaximumProtocolVersion,
    ...(cipherSuites.length > 0 && { cipherSuites }),
  };
}

function older(one: TlsVersion, other: TlsVersion): boolean {
  return one < other;
}

function certificateConfig(certificate: ServerCertificate, from: SecretsFrom | undefined): SdsSecretConfig {
  if (certificate.from === 'files') return fileConfig(filePairName(certificate), from);
  const { namespace, name } = certificate;
  return credentialSecret(namespace === undefined ? pairSecretName(name) : lentPairSecretName({ namespace, name }));
}

function authoritiesConfig(authorities: SecretAuthorities, from: SecretsFrom | undefined): SdsSecretConfig {
  if (authorities.from === 'secret') return credentialSecret(authoritiesSecretName(authorities.name));
  return fileConfig(fileAuthoritiesName(authorities.path), from);
}

type SecretAuthorities = Exclude<ServerAuthorities, { readonly from: 'text' }>;

/** An agent reads files of the workload; else Envoy itself does, and is told by a secret that names the files. */
function fileConfig(name: string, from: SecretsFrom | undefined): SdsSecretConfig {
  return from === 'agent' ? workloadSecret(name, from) : fileSecret(name);
}
