import { type Certificate, isAmong, isSelfIssued, nameOf, signedBy } from './certificate.ts';
import { KEY_USAGE } from './extensions.ts';
import { isRevoked, type RevocationList } from './revocations.ts';

/** What a way to a root may be made of. */
export interface Trusted {
  readonly roots: readonly Certificate[];
  /** Certificates of authorities that are at hand. They are not believed because of that. */
  readonly others: readonly Certificate[];
  readonly revocations: readonly RevocationList[];
  readonly nowMs: number;
}

/** From the issuer of the certificate up to a root; empty if the certificate is a root itself. Or why there is none. */
export type Path = { readonly found: readonly Certificate[] } | { readonly reason: string };

/** As many signatures are checked before a heap of certificates that all name each other is given up. */
const MAX_CHECKS = 50;

/** https://www.rfc-editor.org/rfc/rfc5280#section-6 without policies. Name constraints are checked by ./name-constraints.ts. */
export function findPath(certificate: Certificate, trusted: Trusted): Path {
  let checksLeft = MAX_CHECKS;
  let reason = (): string => `too many authorities might have issued ${nameOf(certificate)}`;

  const climb = (below: readonly Certificate[]): readonly Certificate[] | undefined => {
    const here = below.at(-1)!;
    if (isAmong(trusted.roots, here)) return below;
    const issuers = issuersOf(here, trusted).filter((issuer) => !isAmong(below, issuer));
    if (issuers.length === 0) reason = () => deadEnd(here);
    for (const issuer of issuers) {
      if (--checksLeft < 0) return undefined;
      const fault = faultOf(issuer, below, trusted);
      if (fault !== undefined) {
        reason = () => fault;
        continue;
      }
      const path = climb([...below, issuer]);
      if (path) return path;
    }
    return undefined;
  };

  const path = climb([certificate]);
  return path ? { found: path.slice(1) } : { reason: reason() };
}

function deadEnd(certificate: Certificate): string {
  const name = nameOf(certificate);
  return isSelfIssued(certificate)
    ? `${name} is no root that is believed here`
    : `${name} was issued by nobody who is known here`;
}

/** Roots first, so that the shortest way is found before longer ones over certificates that connect roots. */
function issuersOf({ issuer, extensions }: Certificate, { roots, others }: Trusted): Certificate[] {
  const keyId = extensions.authorityKeyId;
  return [...roots, ...others].filter(
    (one) =>
      one.subject.equals(issuer) && (one.extensions.subjectKeyId?.equals(keyId ?? one.extensions.subjectKeyId) ?? true),
  );
}

/** Why this authority cannot have issued the last of these. */
function faultOf(issuer: Certificate, below: readonly Certificate[], trusted: Trusted): string | undefined {
  const certificate = below.at(-1)!;
  const fault = authorityFault(issuer) ?? timeFault(issuer, trusted.nowMs);
  if (fault !== undefined) return `the issuer ${nameOf(issuer)} ${fault}`;
  // Leaves do not count, nor do authorities that issued themselves.
  const between = below.filter((one) => one.extensions.isCa && !isSelfIssued(one)).length;
  if (between > (issuer.extensions.pathLength ?? Number.POSITIVE_INFINITY)) {
    return `the issuer ${nameOf(issuer)} allows fewer authorities below it`;
  }
  if (!signedBy(certificate.signed, issuer)) return `the signature of ${nameOf(certificate)} does not verify`;
  if (isRevoked(certificate, issuer, trusted.revocations)) return `${nameOf(certificate)} is revoked`;
  return undefined;
}

/** Why this is not the certificate of an authority; in words that continue its name. */
export function authorityFault({ extensions }: Certificate): string | undefined {
  if (!extensions.isCa) return 'is no certificate authority';
  if (extensions.keyUsage?.has(KEY_USAGE.keyCertSign) === false) return 'may not sign certificates (key usage)';
  if (extensions.unknown.length > 0)
    return `has critical extensions that are not understood: ${extensions.unknown.join(', ')}`;
  return undefined;
}

export function timeFault(
  { notBeforeMs, notAfterMs }: Pick<Certificate, 'notBeforeMs' | 'notAfterMs'>,
  nowMs: number,
): string | undefined {
  if (nowMs > notAfterMs) return `expired at ${new Date(notAfterMs).toISOString()}`;
  if (nowMs < notBeforeMs) return `is valid only from ${new Date(notBeforeMs).toISOString()}`;
  return undefined;
}
