import { parseSpiffeUri, type SpiffeId } from '../lib/spiffe.ts';
import type { Verdict } from './authority.ts';
import { type Certificate, nameOf, parseCertificate } from './certificate.ts';
import { DerError } from './der.ts';
import { type Extensions, KEY_USAGE } from './extensions.ts';
import { allowsName, hasOtherNames } from './name-constraints.ts';
import { OID } from './oids.ts';
import { findPath, type Trusted, timeFault } from './path.ts';

/** Real chains have up to four. */
const MAX_LENGTH = 10;

/** `chainDer` as TLS brings it, leaf first; certificates after the first need no order. See `Authority.verify`. */
export function verifyClient(chainDer: readonly Buffer[], trusted: Trusted): Verdict {
  if (chainDer.length === 0) return refused('no certificate was presented');
  if (chainDer.length > MAX_LENGTH) return refused(`${chainDer.length} certificates, more than ${MAX_LENGTH}`);
  try {
    const [leaf, ...others] = chainDer.map(parseCertificate);
    return judge(leaf!, { ...trusted, others: [...others, ...trusted.others] });
  } catch (error) {
    if (error instanceof DerError) return refused(`a certificate that cannot be read: ${error.message}`);
    throw error;
  }
}

function judge(leaf: Certificate, trusted: Trusted): Verdict {
  const fault = clientFault(leaf.extensions) ?? timeFault(leaf, trusted.nowMs);
  if (fault !== undefined) return refused(`${nameOf(leaf)} ${fault}`);
  const id = identityOf(leaf.extensions);
  if (typeof id === 'string') return refused(`${nameOf(leaf)} ${id}`);
  const path = findPath(leaf, trusted);
  if ('reason' in path) return refused(path.reason);
  const stranger = path.found.find((authority) => !mayVouch(authority, leaf, id));
  return stranger ? refused(`the issuer ${nameOf(stranger)} may not vouch for ${id.trustDomain}`) : { ok: true, id };
}

/** Why this cannot be the certificate of a client; in words that continue its name. */
function clientFault({ isCa, keyUsage, purposes, unknown }: Extensions): string | undefined {
  if (isCa) return 'is that of a certificate authority';
  if (keyUsage?.has(KEY_USAGE.digitalSignature) === false) return 'may not be used to sign (key usage)';
  if (!isForClients(purposes)) return 'is not meant for clients (extended key usage)';
  if (unknown.length > 0) return `has critical extensions that are not understood: ${unknown.join(', ')}`;
  return undefined;
}

function isForClients(purposes: readonly string[] | undefined): boolean {
  return !purposes || purposes.includes(OID.clientAuth) || purposes.includes(OID.anyPurpose);
}

/** The workload, or why there is not exactly one. */
function identityOf({ names }: Extensions): SpiffeId | string {
  const [uri, ...more] = names.uris;
  if (uri === undefined) return 'names no URI';
  if (more.length > 0) return `names ${names.uris.length} URIs, not one`;
  return parseSpiffeUri(uri) ?? `names ${JSON.stringify(uri.slice(0, 300))}, which is no workload`;
}

function mayVouch(authority: Certificate, leaf: Certificate, id: SpiffeId): boolean {
  if (!isForClients(authority.extensions.purposes)) return false;
  if (authority.extensions.nameConstraints && hasOtherNames(leaf)) return false;
  return allowsName(authority, id.trustDomain);
}

function refused(reason: string): Verdict {
  return { ok: false, reason };
}
