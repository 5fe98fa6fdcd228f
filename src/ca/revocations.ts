import { type Certificate, type Signed, signedBy, signedOf } from './certificate.ts';
import { bytesOf, context, type Der, DerError, encode, numberOf, partsOf, TAG, tagOf, timeOf } from './der.ts';
import { rawExtensionsOf } from './extensions.ts';
import { pem } from './pem.ts';

/** A certificate revocation list: https://www.rfc-editor.org/rfc/rfc5280#section-5.1 */
export interface RevocationList {
  readonly pem: string;
  readonly issuer: Buffer;
  readonly thisUpdateMs: number;
  /** When a newer one should have been there; undefined where that is not said. */
  readonly nextUpdateMs: number | undefined;
  /** In lower case hexadecimal. */
  readonly serials: ReadonlySet<string>;
  readonly signed: Signed;
}

/** Throws a DerError. Lists that say less than they seem to (of changes only, of one kind of certificate) are refused. */
export function parseRevocationList(der: Buffer): RevocationList {
  const { content, signed } = signedOf(der, 'revocation list');
  const parts = [...partsOf(content, TAG.sequence, 'revocation list')];
  if (parts[0] && tagOf(parts[0]) === TAG.integer) numberOf(parts.shift(), 'version of the revocation list');
  const [, issuer, thisUpdate, ...more] = parts;
  partsOf(issuer, TAG.sequence, 'issuer');
  const thisUpdateMs = timeOf(thisUpdate, 'time of the revocation list');
  const nextUpdateMs =
    more[0] && isTime(more[0]) ? timeOf(more.shift(), 'time of the next revocation list') : undefined;
  const revoked = more[0] && tagOf(more[0]) === TAG.sequence ? partsOf(more.shift(), TAG.sequence, 'entries') : [];
  if (more[0]) refuseCritical(partsOf(more[0], context(0), 'extensions of the revocation list')[0]);
  return {
    pem: pem('X509 CRL', der),
    issuer: encode(issuer!),
    thisUpdateMs,
    nextUpdateMs,
    serials: new Set(revoked.map(serialOf)),
    signed,
  };
}

function isTime(node: Der): boolean {
  return tagOf(node) === TAG.utcTime || tagOf(node) === TAG.generalizedTime;
}

function serialOf(entry: Der): string {
  const [serial, , extensions] = partsOf(entry, TAG.sequence, 'entry of the revocation list');
  if (extensions) refuseCritical(extensions);
  return bytesOf(serial, TAG.integer, 'serial number').toString('hex');
}

function refuseCritical(extensions: Der | undefined): void {
  for (const [name, { critical }] of rawExtensionsOf(extensions)) {
    if (critical) throw new DerError(`the revocation list has an extension that is not understood (${name})`);
  }
}

/** Old lists count, too: what was revoked stays revoked. */
export function isRevoked(certificate: Certificate, issuer: Certificate, lists: readonly RevocationList[]): boolean {
  return lists.some((list) => list.serials.has(certificate.serial) && isOf(list, issuer));
}

const owners = new WeakMap<RevocationList, WeakMap<Certificate, boolean>>();

/** Whether this authority made the list. */
export function isOf(list: RevocationList, issuer: Certificate): boolean {
  const known = owners.get(list) ?? new WeakMap<Certificate, boolean>();
  owners.set(list, known);
  const answer = known.get(issuer) ?? (list.issuer.equals(issuer.subject) && signedBy(list.signed, issuer));
  known.set(issuer, answer);
  return answer;
}
