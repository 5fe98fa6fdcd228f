import { type ClientTlsSettings, isUnreadableTls } from '../api/index.ts';

/** How a client secures its connections to a destination: https://istio.io/latest/docs/reference/config/networking/destination-rule/#ClientTLSSettings */
export type ClientTls =
  | { readonly mode: 'disable' }
  /** What was written cannot be read: nobody can connect. */
  | { readonly mode: 'impossible' }
  /** With the workload's own certificate, between workloads of the mesh. */
  | ({ readonly mode: 'mesh' } & Peer)
  /** Only the server shows a certificate. */
  | ({ readonly mode: 'simple'; readonly trust: Trust } & Peer)
  | ({ readonly mode: 'mutual'; readonly certificate: ClientCertificate; readonly trust: Trust } & Peer);

interface Peer {
  /** Undefined: by what is called. */
  readonly sni: string | undefined;
  /** Empty: nobody said. */
  readonly subjectAltNames: readonly string[];
}

/** Whose server certificates are believed. */
export type Trust =
  | { readonly from: 'system'; readonly crl: string | undefined }
  | { readonly from: 'file'; readonly path: string; readonly crl: string | undefined }
  /** A Secret of this name, in the gateway's namespace. */
  | { readonly from: 'secret'; readonly name: string; readonly crl: string | undefined }
  /** Those of these certificates, in PEM. */
  | { readonly from: 'text'; readonly pem: string }
  /** Anybody's. */
  | { readonly from: 'anywhere' };

/** Paths in the file system of the proxy, or a Secret. */
export type ClientCertificate =
  | { readonly from: 'files'; readonly chain: string; readonly key: string }
  | {
      readonly from: 'secret';
      readonly name: string;
      /** Absent: that of the gateway. */
      readonly namespace?: string;
    };

/** A mode that nobody said is DISABLE, as in Istio's API. */
export function clientTlsOf(settings: ClientTlsSettings): ClientTls {
  if (isUnreadableTls(settings)) return { mode: 'impossible' };
  const peer = { sni: settings.sni || undefined, subjectAltNames: settings.subjectAltNames ?? [] };
  switch (settings.mode) {
    case undefined:
    case 'DISABLE':
      return { mode: 'disable' };
    case 'ISTIO_MUTUAL':
      return { mode: 'mesh', ...peer };
    case 'SIMPLE':
      return { mode: 'simple', ...peer, trust: trustOf(settings) };
    case 'MUTUAL':
      return { mode: 'mutual', ...peer, certificate: certificateOf(settings), trust: trustOf(settings) };
  }
}

function trustOf({ insecureSkipVerify, credentialName, caCertificates, caCrl }: ClientTlsSettings): Trust {
  const crl = caCrl || undefined;
  if (insecureSkipVerify) return { from: 'anywhere' };
  if (credentialName) return { from: 'secret', name: credentialName, crl };
  return caCertificates ? { from: 'file', path: caCertificates, crl } : { from: 'system', crl };
}

function certificateOf({
  credentialName,
  clientCertificate = '',
  privateKey = '',
}: ClientTlsSettings): ClientCertificate {
  return credentialName
    ? { from: 'secret', name: credentialName }
    : { from: 'files', chain: clientCertificate, key: privateKey };
}
