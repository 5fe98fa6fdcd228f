import type { ServerTlsSettings } from '../api/index.ts';

/** How a gateway's server treats TLS: https://istio.io/latest/docs/reference/config/networking/gateway/#ServerTLSSettings */
export type ServerTls =
  /** Sent on unread, to where VirtualServices say. */
  | { readonly mode: 'passthrough' }
  /** Sent on unread, to the service and port that its server name means. */
  | { readonly mode: 'auto-passthrough' }
  /** Ended with the gateway's own identity; clients are workloads of the mesh. */
  | ({ readonly mode: 'mesh' } & Demands)
  /** Ended with certificates that the user gives. */
  | ({
      readonly mode: 'certificates';
      /** Whether clients show a certificate. */
      readonly client: 'none' | 'optional' | 'required';
      /** One of each type of key, usually. */
      readonly certificates: readonly ServerCertificate[];
      /** Whose client certificates are believed. */
      readonly authorities: ServerAuthorities | undefined;
      /** Clients that nobody vouches for are let in too: the certificate is only asked for. */
      readonly acceptsUntrusted?: boolean;
    } & Demands);

interface Demands {
  /** Of clients. Empty: any. */
  readonly subjectAltNames: readonly string[];
  /** SHA-256 of public keys, and of whole certificates; one of them must be shown. Empty: any. */
  readonly verifySpki: readonly string[];
  readonly verifyHash: readonly string[];
  /** A file at the proxy: certificates that are no longer believed. */
  readonly crl: string | undefined;
  readonly minVersion: TlsVersion | undefined;
  readonly maxVersion: TlsVersion | undefined;
  /** Empty: Envoy's own choice. */
  readonly cipherSuites: readonly string[];
}

export type TlsVersion = 'TLSv1_0' | 'TLSv1_1' | 'TLSv1_2' | 'TLSv1_3';

/** A Secret in the namespace of the proxy, or files in its file system. */
export type ServerCertificate =
  | {
      readonly from: 'secret';
      readonly name: string;
      /** Of the Secret, where its owner let it be used elsewhere. Absent: that of the proxy. */
      readonly namespace?: string;
    }
  | { readonly from: 'files'; readonly chain: string; readonly key: string };

export type ServerAuthorities =
  /** The Secret `<name>-cacert`, or else that of the name itself. */
  | { readonly from: 'secret'; readonly name: string }
  | { readonly from: 'file'; readonly path: string }
  /** The certificates themselves, in PEM. */
  | { readonly from: 'text'; readonly pem: string };

/** TLS that ends at the gateway. */
export type TlsEnd = Extract<ServerTls, Demands>;

export function serverTlsOf(tls: ServerTlsSettings): ServerTls {
  const demands: Demands = {
    subjectAltNames: tls.subjectAltNames ?? [],
    verifySpki: tls.verifyCertificateSpki ?? [],
    verifyHash: tls.verifyCertificateHash ?? [],
    crl: tls.caCrl || undefined,
    minVersion: versionOf(tls.minProtocolVersion),
    maxVersion: maximumOf(tls),
    cipherSuites: tls.cipherSuites ?? [],
  };
  switch (tls.mode) {
    // What nobody said is PASSTHROUGH, as in Istio's API.
    case undefined:
    case 'PASSTHROUGH':
      return { mode: 'passthrough' };
    case 'AUTO_PASSTHROUGH':
      return { mode: 'auto-passthrough' };
    case 'ISTIO_MUTUAL':
      return { mode: 'mesh', ...demands };
    case 'SIMPLE':
    case 'MUTUAL':
    case 'OPTIONAL_MUTUAL': {
      const client = CLIENTS[tls.mode];
      const certificates = certificatesOf(tls);
      return {
        mode: 'certificates',
        ...demands,
        client,
        certificates,
        authorities: client === 'none' ? undefined : authoritiesOf(tls, certificates),
      };
    }
  }
}

const CLIENTS = { SIMPLE: 'none', MUTUAL: 'required', OPTIONAL_MUTUAL: 'optional' } as const;

/** Names of Secrets before files, several before one. The parser lets only one of them stand. */
function certificatesOf(tls: ServerTlsSettings): readonly ServerCertificate[] {
  const names = tls.credentialNames?.length ? tls.credentialNames : tls.credentialName ? [tls.credentialName] : [];
  if (names.length > 0) return names.map((name) => ({ from: 'secret', name }));
  const files = tls.tlsCertificates?.length ? tls.tlsCertificates : [tls];
  return files.flatMap((file): readonly ServerCertificate[] => {
    const { serverCertificate: chain, privateKey: key } = file ?? {};
    return chain && key ? [{ from: 'files', chain, key }] : [];
  });
}

function authoritiesOf(
  tls: ServerTlsSettings,
  certificates: readonly ServerCertificate[],
): ServerAuthorities | undefined {
  if (tls.caCertCredentialName) return { from: 'secret', name: tls.caCertCredentialName };
  const [first] = certificates;
  if (first?.from === 'secret') return first;
  const path = tls.caCertificates || tls.tlsCertificates?.find((one) => one?.caCertificates)?.caCertificates;
  return path ? { from: 'file', path } : undefined;
}

/** One below the minimum would be no version at all. */
function maximumOf({ minProtocolVersion, maxProtocolVersion }: ServerTlsSettings): TlsVersion | undefined {
  const [least, most] = [versionOf(minProtocolVersion), versionOf(maxProtocolVersion)];
  return least && most && most < least ? undefined : most;
}

function versionOf(version: ServerTlsSettings['minProtocolVersion']): TlsVersion | undefined {
  if (version === undefined || version === 'TLS_AUTO') return undefined;
  return version.replace('TLSV', 'TLSv') as TlsVersion;
}
