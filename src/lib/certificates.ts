import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { type PemBlock, pemBlocks } from './pem.ts';

/** What a text holds, or what is wrong with it: `has no certificate`. Mistakes never show any of what was written. */
export type Read<T> = { readonly value: T } | { readonly mistake: string };

/** A certificate chain, the leaf first, and the key of the leaf; both PEM. Never shown, never logged. */
export interface KeyPair {
  readonly chainPem: string;
  readonly keyPem: string;
}

/** All certificates of a text. Says nothing of when they end: that is for whoever has a clock. */
export function readCertificates(text: string): Read<readonly X509Certificate[]> {
  const blocks = pemBlocks(text).filter(({ label }) => label === 'CERTIFICATE');
  if (blocks.length === 0) return { mistake: notPem(text, 'certificate') };
  const read = blocks.map(certificateOf);
  const broken = read.indexOf(undefined);
  return broken < 0 ? { value: read as X509Certificate[] } : { mistake: unreadable(broken, 'certificate', blocks) };
}

/** A private key that an Envoy takes: https://www.envoyproxy.io/docs/envoy/latest/intro/arch_overview/security/ssl */
export function readPrivateKey(text: string): Read<{ readonly key: KeyObject; readonly pem: string }> {
  const block = pemBlocks(text).find(({ label }) => label.endsWith('PRIVATE KEY'));
  if (!block) return { mistake: notPem(text, 'private key') };
  if (block.label.startsWith('ENCRYPTED') || block.text.includes('Proc-Type: 4,ENCRYPTED')) {
    return { mistake: 'is encrypted, and a proxy has no password for it' };
  }
  try {
    const key = createPrivateKey(block.text);
    const mistake = keyMistake(key);
    return mistake === undefined ? { value: { key, pem: block.text } } : { mistake };
  } catch {
    return { mistake: 'has a private key that cannot be read' };
  }
}

/** Why a key does not belong to a chain; undefined if it does. */
export function pairMistake(chain: readonly X509Certificate[], key: KeyObject): string | undefined {
  const owner = chain.findIndex((certificate) => certificate.checkPrivateKey(key));
  if (owner === 0) return undefined;
  return owner < 0
    ? 'is not the key of the certificate'
    : `is the key of certificate ${owner + 1} of the chain; the server's own must be the first`;
}

/** Certificates alone, without what stood between them. */
export function certificatesPem(certificates: readonly X509Certificate[]): string {
  return certificates.map(String).join('');
}

/** The DNS names that the first certificate of a text is good for. */
export function dnsNamesIn(chainPem: string): readonly string[] {
  const read = readCertificates(chainPem);
  const names = 'value' in read ? (read.value[0]?.subjectAltName ?? '') : '';
  return names.split(', ').flatMap((name) => (name.startsWith('DNS:') ? [name.slice(4).toLowerCase()] : []));
}

/** The first certificate of a chain that the next one has not signed, from 0. */
export function brokenLink(chain: readonly X509Certificate[]): number | undefined {
  const isSigned = (certificate: X509Certificate, by: X509Certificate): boolean =>
    certificate.checkIssued(by) && certificate.verify(by.publicKey);
  const at = chain.slice(0, -1).findIndex((certificate, i) => !isSigned(certificate, chain[i + 1]!));
  return at < 0 ? undefined : at;
}

/** Certificate revocation lists, as far as a look at their frames can tell. */
export function readRevocationLists(text: string): Read<string> {
  const blocks = pemBlocks(text).filter(({ label }) => label === 'X509 CRL');
  if (blocks.length === 0) return { mistake: notPem(text, 'revocation list') };
  const broken = blocks.findIndex((block) => !isSequence(block));
  if (broken >= 0) return { mistake: unreadable(broken, 'revocation list', blocks) };
  return { value: blocks.map((block) => block.text).join('') };
}

function certificateOf({ text }: PemBlock): X509Certificate | undefined {
  try {
    return new X509Certificate(text);
  } catch {
    return undefined;
  }
}

function keyMistake({ asymmetricKeyType: type, asymmetricKeyDetails: details }: KeyObject): string | undefined {
  if (type === 'rsa') {
    const bits = details?.modulusLength ?? 0;
    return bits >= 2048 ? undefined : `has an RSA key of ${bits} bits; Envoy takes 2048 and more`;
  }
  if (type !== 'ec') return `has a key of type ${type}; Envoy takes RSA and ECDSA keys`;
  const curve = details?.namedCurve ?? 'unknown';
  return CURVES.includes(curve) ? undefined : `has a key of the curve ${curve}; Envoy takes P-256, P-384 and P-521`;
}

const CURVES = ['prime256v1', 'secp384r1', 'secp521r1'];

function notPem(text: string, what: string): string {
  if (text.trim() === '') return 'is empty';
  return text.includes('-----BEGIN ') ? `has no ${what} among its PEM blocks` : `has no ${what} in PEM form`;
}

function unreadable(at: number, what: string, { length }: readonly PemBlock[]): string {
  return length === 1 ? `has a ${what} that cannot be read` : `has a ${what} that cannot be read: number ${at + 1}`;
}

/** DER begins with a sequence that is as long as it says. */
function isSequence({ text }: PemBlock): boolean {
  const der = Buffer.from(text.replace(/-----[^-]+-----/g, ''), 'base64');
  const [tag, first = 0] = der;
  if (tag !== 0x30) return false;
  if (first < 0x80) return der.length === 2 + first;
  const bytes = first & 0x7f;
  return bytes >= 1 && bytes <= 4 && der.length === 2 + bytes + der.readUIntBE(2, bytes);
}
