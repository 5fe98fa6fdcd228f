import type { KeyPair } from '../../lib/certificates.ts';
import type { DataSource, Secret } from '../../proto/index.ts';

/** A certificate chain and its key: https://www.envoyproxy.io/docs/envoy/latest/configuration/security/secret */
export function pairSecret(name: string, { chainPem, keyPem }: KeyPair): Secret {
  return { name, tlsCertificate: { certificateChain: inline(chainPem), privateKey: inline(keyPem) } };
}

/** Whose certificates are believed, and which no longer. */
export function authoritiesSecret(name: string, caPem: string, crlPem: string | undefined): Secret {
  return {
    name,
    validationContext: { trustedCa: inline(caPem), ...(crlPem !== undefined && { crl: inline(crlPem) }) },
  };
}

/** Files at the proxy. Envoy watches them, and takes them anew when they change. */
export function filePairSecret(name: string, { chain, key }: { readonly chain: string; readonly key: string }): Secret {
  return { name, tlsCertificate: { certificateChain: { filename: chain }, privateKey: { filename: key } } };
}

export function fileAuthoritiesSecret(name: string, filename: string): Secret {
  return { name, validationContext: { trustedCa: { filename } } };
}

/** Bytes, as Istio's, since its tools read no other form. */
function inline(text: string): DataSource {
  return { inlineBytes: Buffer.from(text).toString('base64') };
}
