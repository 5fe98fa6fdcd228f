import { generateKeyPairSync } from 'node:crypto';
import type { IssuedCertificate, SignedCertificate } from './authority.ts';
import { buildCertificate, type Issuer } from './build-certificate.ts';
import type { Credentials } from './credentials.ts';
import { type Der, decode } from './der.ts';
import { AuthorityError } from './errors.ts';
import { SKEW_MS } from './make-root.ts';
import { pem } from './pem.ts';
import { NO_SUBJECT } from './profiles.ts';

/** Credentials, made ready for signing many certificates. */
export interface Issuing extends Issuer {
  readonly window: Credentials['window'];
  readonly intermediatesPem: readonly string[];
  readonly rootsPem: string;
  readonly crlPem: string | undefined;
}

export function issuingWith({ key, signer, window, intermediates, roots, proxyLists }: Credentials): Issuing {
  return {
    name: signer.subjectName,
    key: key.key,
    keyType: key.public.type,
    keyId: signer.extensions.subjectKeyId,
    window,
    intermediatesPem: intermediates.map(({ pem }) => pem),
    rootsPem: roots.map(({ pem }) => pem).join(''),
    crlPem: proxyLists.crlPem,
  };
}

/** For whom, and for how long from now. */
export interface Order {
  readonly spki: Der;
  readonly extensions: readonly Der[];
  readonly validityMs: number;
  readonly nowMs: number;
  readonly random: (size: number) => Buffer;
}

/** Valid from a little before now, and never longer than those who vouch for it. */
export function issueWith(issuing: Issuing, { spki, extensions, validityMs, nowMs, random }: Order): SignedCertificate {
  const notBeforeMs = wholeSeconds(Math.max(nowMs - SKEW_MS, issuing.window.notBeforeMs));
  const notAfterMs = wholeSeconds(Math.min(nowMs + validityMs, issuing.window.notAfterMs));
  if (notAfterMs <= nowMs) {
    throw new AuthorityError(
      `the signing certificate has expired at ${new Date(issuing.window.notAfterMs).toISOString()}`,
    );
  }
  const der = buildCertificate({ subject: NO_SUBJECT, spki, notBeforeMs, notAfterMs, extensions }, issuing, random);
  const { intermediatesPem, rootsPem } = issuing;
  return { leafPem: pem('CERTIFICATE', der), intermediatesPem, rootsPem, notBeforeMs, notAfterMs };
}

/** As certificates tell the time. */
function wholeSeconds(ms: number): number {
  return Math.floor(ms / 1000) * 1000;
}

export function withNewKey(sign: (spki: Der) => SignedCertificate): IssuedCertificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'der' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  return { ...sign(decode(publicKey)), keyPem: privateKey };
}
