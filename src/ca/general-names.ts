import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import {
  bytesOf,
  context,
  type Der,
  DerError,
  decode,
  encode,
  partsOf,
  primitive,
  sequence,
  TAG,
  tagOf,
} from './der.ts';
import { CertificateRequestError } from './errors.ts';

/** A subjectAltName, https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1.6: URIs, and the others in words (`DNS:cart.shop`). */
export interface GeneralNames {
  readonly uris: readonly string[];
  readonly others: readonly string[];
}

const NO_NAMES: GeneralNames = { uris: [], others: [] };

const KIND = { email: context(1), dns: context(2), uri: context(6), ip: context(7) } as const;

export function generalNamesOf(extension: Buffer | undefined): GeneralNames {
  if (!extension) return NO_NAMES;
  const names = partsOf(decode(extension), TAG.sequence, 'list of alternative names');
  if (names.length === 0) throw new DerError('the list of alternative names is empty');
  return {
    uris: names.filter((name) => tagOf(name) === KIND.uri).map((name) => asciiOf(name, KIND.uri)),
    others: names.filter((name) => tagOf(name) !== KIND.uri).map(inWords),
  };
}

function inWords(name: Der): string {
  switch (tagOf(name)) {
    case KIND.email:
      return `email:${asciiOf(name, KIND.email)}`;
    case KIND.dns:
      return `DNS:${asciiOf(name, KIND.dns)}`;
    case KIND.ip:
      return `IP:${addressOf(bytesOf(name, KIND.ip, 'IP address'))}`;
    default:
      return 'a name of another form';
  }
}

/** What cannot be seen has no place in a name. */
function asciiOf(name: Der, kind: number): string {
  const text = bytesOf(name, kind, 'alternative name').toString('latin1');
  if (!/^[\x21-\x7e]*$/.test(text)) throw new DerError('an alternative name has characters that no name has');
  return text;
}

function addressOf(bytes: Buffer): string {
  if (bytes.length !== 4 && bytes.length !== 16) throw new DerError('an IP address has neither 4 nor 16 bytes');
  return ipaddr.fromByteArray([...bytes]).toString();
}

export function uriNames(uri: string): Buffer {
  return encode(sequence(primitive(KIND.uri & 0x1f, Buffer.from(uri))));
}

/** Throws a CertificateRequestError for what is neither a DNS name nor an IP address. */
export function serverNames(names: readonly string[]): Buffer {
  if (names.length === 0)
    throw new CertificateRequestError('identity', 'a server certificate needs at least one DNS name or IP address');
  return encode(sequence(...names.map(serverName)));
}

function serverName(name: string): Der {
  if (isIP(name)) return primitive(KIND.ip & 0x1f, Buffer.from(ipaddr.parse(name).toByteArray()));
  if (name.length <= 253 && DNS_NAME.test(name)) return primitive(KIND.dns & 0x1f, Buffer.from(name));
  throw new CertificateRequestError('identity', `neither a DNS name nor an IP address: ${JSON.stringify(name)}`);
}

const DNS_NAME = /^(\*\.)?([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*\.?$/i;
