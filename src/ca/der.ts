import asn1, { type Node } from 'node-forge/lib/asn1.js';

/** One element of the Distinguished Encoding Rules: https://www.itu.int/rec/T-REC-X.690 */
export type Der = Node;

/** Something is not what its standard says; the message says what was expected where. */
export class DerError extends Error {
  override readonly name = 'DerError';
}

export const TAG = {
  boolean: 1,
  integer: 2,
  bits: 3,
  octets: 4,
  null: 5,
  oid: 6,
  utf8: 12,
  sequence: 16,
  set: 17,
  utcTime: 23,
  generalizedTime: 24,
} as const;

const CONTEXT = 0x80;

/** The tag of what a standard writes as `[3]`. */
export function context(number: number): number {
  return CONTEXT | number;
}

/** Certificates nest nine deep; what nests deeper wants to exhaust somebody's stack. */
const MAX_DEPTH = 32;

/**
 * Reads what is in DER, and refuses what is merely in BER: it is written again, and must come out the same. So the bytes
 * of every part are the bytes that `encode` gives for it.
 */
export function decode(der: Buffer): Der {
  const node = fromBer(der);
  if (!encode(node).equals(der)) throw new DerError('not in DER: something in it could have been written shorter');
  return node;
}

function fromBer(der: Buffer): Der {
  try {
    // Bit strings are not to be looked into: an ECDSA signature would be taken for a structure.
    return asn1.fromDer(der.toString('latin1'), { decodeBitStrings: false, maxDepth: MAX_DEPTH });
  } catch (error) {
    throw new DerError(`not in DER: ${(error as Error).message}`);
  }
}

export function encode(node: Der): Buffer {
  return Buffer.from(asn1.toDer(node).getBytes(), 'latin1');
}

export function tagOf({ tagClass, type }: Der): number {
  return tagClass | type;
}

/** The parts of something constructed. `what` names it in the error. */
export function partsOf(node: Der | undefined, tag: number, what: string): readonly Der[] {
  if (!node || tagOf(node) !== tag || typeof node.value === 'string') throw new DerError(`no ${what} where it belongs`);
  return node.value;
}

/** The contents of something primitive. */
export function bytesOf(node: Der | undefined, tag: number, what: string): Buffer {
  if (!node || tagOf(node) !== tag || typeof node.value !== 'string') throw new DerError(`no ${what} where it belongs`);
  return Buffer.from(node.value, 'latin1');
}

/** A bit string of whole bytes. */
export function bitsOf(node: Der | undefined, what: string): Buffer {
  const bytes = bytesOf(node, TAG.bits, what);
  if (bytes[0] !== 0) throw new DerError(`the ${what} is not made of whole bytes`);
  return bytes.subarray(1);
}

/** A bit string of single bits: what is not written is zero. */
export function bitsUsedOf(node: Der | undefined, what: string): Buffer {
  const bytes = bytesOf(node, TAG.bits, what);
  if (bytes.length === 0 || bytes[0]! > 7) throw new DerError(`the ${what} is not a string of bits`);
  return bytes.subarray(1);
}

export function oidOf(node: Der | undefined, what: string): string {
  const bytes = bytesOf(node, TAG.oid, what);
  if (bytes.length === 0 || bytes.at(-1)! >= 0x80) throw new DerError(`the ${what} is cut short`);
  try {
    return asn1.derToOid(bytes.toString('latin1'));
  } catch {
    throw new DerError(`the ${what} is larger than any that is in use`);
  }
}

/** A small number that is not negative. */
export function numberOf(node: Der | undefined, what: string): number {
  const bytes = bytesOf(node, TAG.integer, what);
  if (bytes.length === 0 || bytes.length > 4 || bytes[0]! >= 0x80) throw new DerError(`the ${what} is out of range`);
  return bytes.readUIntBE(0, bytes.length);
}

export function booleanOf(node: Der, what: string): boolean {
  const bytes = bytesOf(node, TAG.boolean, what);
  if (bytes.length !== 1 || (bytes[0] !== 0 && bytes[0] !== 0xff))
    throw new DerError(`the ${what} is neither yes nor no`);
  return bytes[0] === 0xff;
}

/** Milliseconds since 1970. https://www.rfc-editor.org/rfc/rfc5280#section-4.1.2.5 allows one form of each of two types. */
export function timeOf(node: Der | undefined, what: string): number {
  const short = node !== undefined && tagOf(node) === TAG.utcTime;
  const text = bytesOf(node, short ? TAG.utcTime : TAG.generalizedTime, what).toString('latin1');
  const digits = (short ? /^(\d{12})Z$/ : /^(\d{14})Z$/).exec(text)?.[1];
  if (digits === undefined) throw new DerError(`the ${what} is not written as year to second and Z`);
  const full = short ? `${Number(digits.slice(0, 2)) < 50 ? '20' : '19'}${digits}` : digits;
  const ms = Date.parse(full.replace(/(....)(..)(..)(..)(..)(..)/, '$1-$2-$3T$4:$5:$6Z'));
  if (Number.isNaN(ms)) throw new DerError(`the ${what} is on no calendar`);
  return ms;
}

export function sequence(...parts: readonly Der[]): Der {
  return asn1.create(0, TAG.sequence, true, parts);
}

export function set(...parts: readonly Der[]): Der {
  return asn1.create(0, TAG.set, true, parts);
}

/** `[number]` around something, or around the parts of an implicitly tagged sequence. */
export function tagged(number: number, ...parts: readonly Der[]): Der {
  return asn1.create(CONTEXT, number, true, parts);
}

/** `[number]` instead of the tag that the contents have by nature. */
export function primitive(number: number, contents: Buffer): Der {
  return asn1.create(CONTEXT, number, false, contents.toString('latin1'));
}

/** A number of any size that is not negative. */
export function integer(bytes: Buffer): Der {
  const start = bytes.findIndex((byte) => byte !== 0);
  const digits = start < 0 ? Buffer.of(0) : bytes.subarray(start);
  return plain(TAG.integer, digits[0]! >= 0x80 ? Buffer.concat([Buffer.of(0), digits]) : digits);
}

export function bits(bytes: Buffer, unused = 0): Der {
  return plain(TAG.bits, Buffer.concat([Buffer.of(unused), bytes]));
}

export function octets(bytes: Buffer): Der {
  return plain(TAG.octets, bytes);
}

export function boolean(value: boolean): Der {
  return plain(TAG.boolean, Buffer.of(value ? 0xff : 0));
}

export function nothing(): Der {
  return plain(TAG.null, Buffer.alloc(0));
}

export function utf8(text: string): Der {
  return plain(TAG.utf8, Buffer.from(text));
}

export function oid(name: string): Der {
  return asn1.create(0, TAG.oid, false, asn1.oidToDer(name).getBytes());
}

/** To the second. Years from 2050 on have four digits. */
export function time(ms: number): Der {
  const digits = `${new Date(ms).toISOString().slice(0, 19).replaceAll(/\D/g, '')}Z`;
  const short = digits < '2050' && digits >= '1950';
  return plain(short ? TAG.utcTime : TAG.generalizedTime, Buffer.from(short ? digits.slice(2) : digits));
}

function plain(tag: number, contents: Buffer): Der {
  return asn1.create(0, tag, false, contents.toString('latin1'));
}
