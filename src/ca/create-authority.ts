import { randomBytes, X509Certificate } from 'node:crypto';
import { parseSpiffeUri, type SpiffeId, spiffeUri } from '../lib/spiffe.ts';
import type { Authority, AuthorityOptions, CertificateDescription, SignedCertificate } from './authority.ts';
import type { Certificate } from './certificate.ts';
import type { Credentials } from './credentials.ts';
import type { Der } from './der.ts';
import { CertificateRequestError } from './errors.ts';
import { issueWith, issuingWith, type Order, withNewKey } from './issue.ts';
import type { KeyType } from './keys.ts';
import { serverExtensions, workloadExtensions } from './profiles.ts';
import { verifyClient } from './verify-client.ts';

const DAY_MS = 24 * 3_600_000;
const DEFAULT_VALIDITY_MS = DAY_MS;
const MAX_VALIDITY_MS = 90 * DAY_MS;
const SERVER_VALIDITY_MS = 90 * DAY_MS;

/** Other credentials from now on. */
type Put = (credentials: Credentials) => void;

/** Works with the credentials that were put last. They live in this closure, where nobody who has the authority sees them. */
export function createAuthority(initial: Credentials, options: AuthorityOptions): { authority: Authority; put: Put } {
  const { clock = Date.now, random = randomBytes } = options;
  const listeners = new Set<() => void>();
  let credentials = initial;
  let issuing = issuingWith(initial);

  const issue = (order: Pick<Order, 'spki' | 'extensions' | 'validityMs'>): SignedCertificate =>
    issueWith(issuing, { ...order, nowMs: clock(), random });

  const signKey = (spki: Der, keyType: KeyType, id: SpiffeId, askedMs: number | undefined): SignedCertificate =>
    issue({ spki, extensions: workloadExtensions(uriOf(id), keyType), validityMs: validityOf(askedMs, options) });

  const authority: Authority = {
    sign: ({ publicKey }, id, validityMs) => signKey(publicKey.spki, publicKey.type, id, validityMs),
    issue: (id, validityMs) => withNewKey((spki) => signKey(spki, 'P-256', id, validityMs)),
    issueServer: (names, validityMs = SERVER_VALIDITY_MS) =>
      withNewKey((spki) => issue({ spki, extensions: serverExtensions(names), validityMs })),
    trust: () => ({ rootsPem: issuing.rootsPem, crlPem: issuing.crlPem }),
    verify: (chainDer, nowMs) => {
      const { roots, intermediates, revocations } = credentials;
      return verifyClient(chainDer, { roots, others: intermediates, revocations, nowMs });
    },
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    describe: () => ({ signer: describe(credentials.signer), roots: credentials.roots.map(describe) }),
    close: () => listeners.clear(),
  };

  const put: Put = (next) => {
    credentials = next;
    issuing = issuingWith(next);
    for (const listener of [...listeners]) listener();
  };
  return { authority, put };
}

function uriOf(id: SpiffeId): string {
  const uri = spiffeUri(id);
  if (parseSpiffeUri(uri)) return uri;
  throw new CertificateRequestError('identity', `${JSON.stringify(uri)} names no workload`);
}

function validityOf(askedMs: number | undefined, options: AuthorityOptions): number {
  const { maxValidityMs = MAX_VALIDITY_MS } = options;
  if (askedMs === undefined || !(askedMs > 0)) {
    return Math.min(options.defaultValidityMs ?? DEFAULT_VALIDITY_MS, maxValidityMs);
  }
  if (askedMs <= maxValidityMs) return askedMs;
  const seconds = (ms: number): string => `${Math.floor(ms / 1000)} s`;
  const asked = `a certificate for ${seconds(askedMs)} was asked for`;
  throw new CertificateRequestError('validity', `${asked}; the longest that is given is ${seconds(maxValidityMs)}`);
}

function describe({ der, notBeforeMs, notAfterMs }: Certificate): CertificateDescription {
  const { subject, fingerprint256 } = new X509Certificate(der);
  return { subject: subject?.replaceAll('\n', ', ') ?? '', fingerprint: fingerprint256, notBeforeMs, notAfterMs };
}
