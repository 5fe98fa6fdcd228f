import {
  bits,
  bitsUsedOf,
  boolean,
  booleanOf,
  bytesOf,
  context,
  type Der,
  DerError,
  decode,
  encode,
  numberOf,
  octets,
  oid,
  oidOf,
  partsOf,
  sequence,
  TAG,
  tagOf,
} from './der.ts';
import { type GeneralNames, generalNamesOf } from './general-names.ts';
import { OID } from './oids.ts';

export interface Extension {
  readonly critical: boolean;
  readonly value: Buffer;
}

/** By object identifier. */
export type RawExtensions = ReadonlyMap<string, Extension>;

/** `Extensions` of https://www.rfc-editor.org/rfc/rfc5280#section-4.1, in certificates and in requests for them. */
export function rawExtensionsOf(node: Der | undefined): RawExtensions {
  const found = new Map<string, Extension>();
  for (const extension of partsOf(node, TAG.sequence, 'list of extensions')) {
    const parts = partsOf(extension, TAG.sequence, 'extension');
    const name = oidOf(parts[0], 'name of an extension');
    const said = parts.length === 3;
    if (parts.length !== 2 && !said) throw new DerError(`the extension ${name} has neither two nor three parts`);
    if (found.has(name)) throw new DerError(`the extension ${name} is there twice`);
    const critical = said && booleanOf(parts[1]!, `mark of the extension ${name}`);
    found.set(name, { critical, value: bytesOf(parts.at(-1), TAG.octets, `value of the extension ${name}`) });
  }
  return found;
}

export function extension(name: string, critical: boolean, value: Buffer): Der {
  return sequence(oid(name), ...(critical ? [boolean(true)] : []), octets(value));
}

/** Bits of https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1.3, counted from the left. */
export const KEY_USAGE = { digitalSignature: 0, keyEncipherment: 2, keyCertSign: 5, crlSign: 6 } as const;

/** What the extensions of a certificate come to. */
export interface Extensions {
  readonly isCa: boolean;
  /** How many certificates of authorities may stand between this one and the leaf. */
  readonly pathLength: number | undefined;
  /** Undefined where nothing is said: any use. */
  readonly keyUsage: ReadonlySet<number> | undefined;
  readonly purposes: readonly string[] | undefined;
  readonly names: GeneralNames;
  readonly subjectKeyId: Buffer | undefined;
  /** Of the key that signed it. */
  readonly authorityKeyId: Buffer | undefined;
  readonly nameConstraints: Buffer | undefined;
  /** Marked as important, and unknown to us: such a certificate must not be believed. */
  readonly unknown: readonly string[];
}

export function extensionsOf(raw: RawExtensions): Extensions {
  const value = (name: string): Buffer | undefined => raw.get(name)?.value;
  const critical = [...raw].filter(([name, { critical }]) => critical && !KNOWN.has(name));
  return {
    ...basicConstraintsOf(value(OID.basicConstraints)),
    keyUsage: keyUsageOf(value(OID.keyUsage)),
    purposes: purposesOf(value(OID.extendedKeyUsage)),
    names: generalNamesOf(value(OID.subjectAltName)),
    subjectKeyId: subjectKeyIdOf(value(OID.subjectKeyId)),
    authorityKeyId: authorityKeyIdOf(value(OID.authorityKeyId)),
    nameConstraints: value(OID.nameConstraints),
    unknown: critical.map(([name]) => name),
  };
}

/** Policies restrict nobody who asks for none. */
const KNOWN: ReadonlySet<string> = new Set([
  OID.basicConstraints,
  OID.keyUsage,
  OID.extendedKeyUsage,
  OID.subjectAltName,
  OID.subjectKeyId,
  OID.authorityKeyId,
  OID.nameConstraints,
  OID.certificatePolicies,
]);

function basicConstraintsOf(value: Buffer | undefined): Pick<Extensions, 'isCa' | 'pathLength'> {
  const parts = value ? [...partsOf(decode(value), TAG.sequence, 'basic constraints')] : [];
  const isCa =
    parts[0] !== undefined && tagOf(parts[0]) === TAG.boolean && booleanOf(parts.shift()!, 'mark of an authority');
  return { isCa, pathLength: parts[0] && numberOf(parts[0], 'length of a path') };
}

function keyUsageOf(value: Buffer | undefined): ReadonlySet<number> | undefined {
  if (!value) return undefined;
  const bytes = bitsUsedOf(decode(value), 'key usage');
  return new Set(
    [...bytes].flatMap((byte, i) => EIGHT.filter((bit) => byte & (0x80 >> bit)).map((bit) => i * 8 + bit)),
  );
}

const EIGHT = [0, 1, 2, 3, 4, 5, 6, 7];

function purposesOf(value: Buffer | undefined): readonly string[] | undefined {
  return (
    value && partsOf(decode(value), TAG.sequence, 'extended key usage').map((purpose) => oidOf(purpose, 'purpose'))
  );
}

function subjectKeyIdOf(value: Buffer | undefined): Buffer | undefined {
  return value && bytesOf(decode(value), TAG.octets, 'subject key identifier');
}

/** An issuer may be named by name and serial number instead: then its key is not known by this. */
function authorityKeyIdOf(value: Buffer | undefined): Buffer | undefined {
  const parts = value ? partsOf(decode(value), TAG.sequence, 'authority key identifier') : [];
  const keyId = parts.find((part) => tagOf(part) === context(0));
  return keyId && bytesOf(keyId, context(0), 'authority key identifier');
}

export function keyUsage(...uses: readonly number[]): Buffer {
  const mask = uses.reduce((sum, bit) => sum | (0x80 >> bit), 0);
  // Bits that are zero at the end are not written.
  const unused = 31 - Math.clz32(mask & -mask);
  return encode(bits(Buffer.of(mask), unused));
}

export function purposes(...names: readonly string[]): Buffer {
  return encode(sequence(...names.map(oid)));
}
