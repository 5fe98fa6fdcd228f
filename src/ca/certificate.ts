import { X509Certificate } from 'node:crypto';
import {
  bitsOf,
  bytesOf,
  context,
  type Der,
  DerError,
  decode,
  encode,
  numberOf,
  partsOf,
  TAG,
  tagOf,
  timeOf,
} from './der.ts';
import { type Extensions, extensionsOf, rawExtensionsOf } from './extensions.ts';
import { checkSignature, KeyError, type PublicKey, publicKeyOf } from './keys.ts';
import { pem } from './pem.ts';

/** An X.509 certificate, read: https://www.rfc-editor.org/rfc/rfc5280#section-4.1 */
export interface Certificate {
  readonly der: Buffer;
  readonly pem: string;
  /** In lower case hexadecimal. */
  readonly serial: string;
  /** In DER: two names are the same when their bytes are. */
  readonly issuer: Buffer;
  readonly subject: Buffer;
  readonly subjectName: Der;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
  readonly spki: Der;
  readonly extensions: Extensions;
  readonly signed: Signed;
}

/** What certificates, requests and lists of revocations have in common. */
export interface Signed {
  /** The bytes that the signature is over. */
  readonly bytes: Buffer;
  readonly algorithm: Der;
  readonly signature: Buffer;
}

/** Throws a DerError. */
export function parseCertificate(der: Buffer): Certificate {
  const { content, signed } = signedOf(der, 'certificate');
  const parts = [...partsOf(content, TAG.sequence, 'certificate')];
  const version =
    parts[0] && tagOf(parts[0]) === context(0) ? partsOf(parts.shift(), context(0), 'version')[0] : undefined;
  if (numberOf(version, 'version of the certificate') !== 2)
    throw new DerError('the certificate is not of X.509 version 3');
  const [serial, algorithm, issuer, validity, subject, spki, ...optional] = parts;
  if (!algorithm || !encode(algorithm).equals(encode(signed.algorithm))) {
    throw new DerError('the certificate names two signature algorithms');
  }
  const [notBefore, notAfter] = partsOf(validity, TAG.sequence, 'validity');
  partsOf(issuer, TAG.sequence, 'issuer');
  partsOf(subject, TAG.sequence, 'subject');
  partsOf(spki, TAG.sequence, 'public key');
  return {
    der,
    pem: pem('CERTIFICATE', der),
    serial: bytesOf(serial, TAG.integer, 'serial number').toString('hex'),
    issuer: encode(issuer!),
    subject: encode(subject!),
    subjectName: subject!,
    notBeforeMs: timeOf(notBefore, 'begin of the validity'),
    notAfterMs: timeOf(notAfter, 'end of the validity'),
    spki: spki!,
    extensions: extensionsOf(certificateExtensions(optional)),
    signed,
  };
}

function certificateExtensions(optional: readonly Der[]): ReturnType<typeof rawExtensionsOf> {
  const wrapped = optional.find((part) => tagOf(part) === context(3));
  return wrapped ? rawExtensionsOf(partsOf(wrapped, context(3), 'extensions')[0]) : new Map();
}

/** Takes apart what is signed: SEQUENCE { content, algorithm, signature }. */
export function signedOf(der: Buffer, what: string): { content: Der; signed: Signed } {
  const parts = partsOf(decode(der), TAG.sequence, what);
  const [content, algorithm, signature] = parts;
  if (!content || !algorithm || parts.length !== 3)
    throw new DerError(`a ${what} has three parts, not ${parts.length}`);
  return { content, signed: { bytes: encode(content), algorithm, signature: bitsOf(signature, 'signature') } };
}

/** Keys are imported once, however often they check a signature. */
const publicKeys = new WeakMap<Certificate, PublicKey>();

/** Throws a KeyError for a key that is not accepted. */
export function keyOf(certificate: Certificate): PublicKey {
  const known = publicKeys.get(certificate) ?? publicKeyOf(certificate.spki);
  publicKeys.set(certificate, known);
  return known;
}

/** Whether `issuer` is the subject that `signed` says it was signed by, and its key did sign it. */
export function signedBy(signed: Signed, issuer: Certificate): boolean {
  try {
    checkSignature(signed.algorithm, signed.bytes, signed.signature, keyOf(issuer));
    return true;
  } catch (error) {
    if (error instanceof KeyError || error instanceof DerError) return false;
    throw error;
  }
}

export function isSelfIssued({ issuer, subject }: Certificate): boolean {
  return issuer.equals(subject);
}

export function isAmong(certificates: readonly Certificate[], one: Certificate): boolean {
  return certificates.some(({ der }) => der.equals(one.der));
}

/** A certificate in messages: who it is for, or its number if that is said only in its extensions. */
export function nameOf({ der, serial }: Certificate): string {
  const subject = subjectOf(der);
  return subject ? JSON.stringify(subject) : `the certificate ${serial.replace(/^00(?=.)/, '')}`;
}

function subjectOf(der: Buffer): string | undefined {
  try {
    return new X509Certificate(der).subject?.replaceAll('\n', ', ').slice(0, 200);
  } catch {
    return undefined;
  }
}
