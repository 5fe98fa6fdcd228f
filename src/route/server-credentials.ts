import type { ServerCertificate, TlsEnd } from './server-tls.ts';

/** What a server lacks. */
export interface Lack {
  /** Inside the server: `tls.credentialName`. */
  readonly path: string;
  readonly message: string;
}

/** Why a credential cannot be had; undefined if it can. */
export interface CredentialProblems {
  readonly keyPair: (secret: SecretPair) => string | undefined;
  readonly authorities: (name: string) => string | undefined;
}

export type SecretPair = Extract<ServerCertificate, { readonly from: 'secret' }>;

/**
 * What of a server can be served: with those certificates that can be had, if there is one, and only if it is known whose
 * clients it may believe. A server that cannot be served stays closed, and is never more open than meant.
 */
export function withCredentials(
  tls: TlsEnd,
  problems: CredentialProblems,
): { readonly usable: TlsEnd | undefined; readonly lacks: readonly Lack[] } {
  if (tls.mode === 'mesh') return { usable: tls, lacks: [] };
  const { authorities, certificates } = tls;
  const judged = certificates.map((certificate) => ({
    certificate,
    why: certificate.from === 'secret' ? problems.keyPair(certificate) : undefined,
  }));
  const had = judged.filter(({ why }) => why === undefined).map(({ certificate }) => certificate);
  const unbelieved = authorities?.from === 'secret' ? problems.authorities(authorities.name) : undefined;
  const isLost = had.length === 0 || unbelieved !== undefined;
  const lack = (path: string, why: string): Lack => {
    return { path, message: `${why}; ${isLost ? 'the server stays closed' : 'its other certificates serve'}` };
  };
  const lacks = judged.flatMap(({ why }, i) => (why === undefined ? [] : [lack(pathOf(i, certificates), why)]));
  const all = unbelieved === undefined ? lacks : [...lacks, lack('tls', unbelieved)];
  return { usable: isLost ? undefined : { ...tls, certificates: had }, lacks: once(all) };
}

function pathOf(i: number, certificates: readonly ServerCertificate[]): string {
  const certificate = certificates[i];
  if (certificate?.from === 'secret' && certificate.namespace !== undefined) return `tls.certificateRefs[${i}]`;
  return certificates.length > 1 ? `tls.credentialNames[${i}]` : 'tls.credentialName';
}

/** A Secret that is not there has neither a certificate nor authorities. */
function once(lacks: readonly Lack[]): readonly Lack[] {
  return lacks.filter(({ message }, i) => i === lacks.findIndex((other) => other.message === message));
}
