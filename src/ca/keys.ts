import { createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { type Der, encode, nothing, oid, oidOf, partsOf, sequence, TAG } from './der.ts';
import { OID } from './oids.ts';

/** The keys that certificates are given for, and that may sign them. */
export type KeyType = 'P-256' | 'P-384' | 'RSA' | 'Ed25519';

export interface PublicKey {
  readonly type: KeyType;
  readonly key: KeyObject;
  /** SubjectPublicKeyInfo. */
  readonly spki: Der;
}

/** What is wrong with a key or a signature, in words that continue "the key …" or "the signature …". */
export class KeyError extends Error {
  override readonly name = 'KeyError';
}

const MIN_RSA_BITS = 2048;
/** Larger ones serve nobody but those who want to keep us busy. */
const MAX_RSA_BITS = 8192;

/** How each type of key is announced. One form each: curves have names, not parameters. */
const ALGORITHMS: readonly (readonly [KeyType, Buffer])[] = [
  ['P-256', encode(sequence(oid(OID.ecPublicKey), oid(OID.p256)))],
  ['P-384', encode(sequence(oid(OID.ecPublicKey), oid(OID.p384)))],
  ['RSA', encode(sequence(oid(OID.rsa), nothing()))],
  ['Ed25519', encode(sequence(oid(OID.ed25519)))],
];

/** Throws a KeyError for a key of another kind, or of none. */
export function publicKeyOf(spki: Der): PublicKey {
  const algorithm = encode(partsOf(spki, TAG.sequence, 'public key')[0] ?? nothing());
  const type = ALGORITHMS.find(([, known]) => known.equals(algorithm))?.[0];
  if (!type) throw new KeyError(`is not of a kind that is accepted: ${ACCEPTED}`);
  const key = importKey(spki);
  if (type === 'RSA') checkRsa(key);
  return { type, key, spki };
}

const ACCEPTED = `P-256, P-384, RSA of ${MIN_RSA_BITS} to ${MAX_RSA_BITS} bits, Ed25519`;

function importKey(spki: Der): KeyObject {
  try {
    return createPublicKey({ key: encode(spki), format: 'der', type: 'spki' });
  } catch {
    throw new KeyError('cannot be read, or is no point of its curve');
  }
}

function checkRsa(key: KeyObject): void {
  const { modulusLength = 0, publicExponent = 0n } = key.asymmetricKeyDetails ?? {};
  if (modulusLength < MIN_RSA_BITS || modulusLength > MAX_RSA_BITS) {
    throw new KeyError(`has ${modulusLength} bits; accepted: ${ACCEPTED}`);
  }
  // The upper limit keeps checking a signature cheap.
  if (publicExponent < 3n || publicExponent % 2n === 0n || publicExponent >= 1n << 32n) {
    throw new KeyError('has an RSA exponent that nobody uses');
  }
}

interface SignatureAlgorithm {
  readonly oid: string;
  readonly keyTypes: readonly KeyType[];
  /** Null: the key itself says. */
  readonly hash: string | null;
}

const SIGNATURES: readonly SignatureAlgorithm[] = [
  { oid: OID.ecdsaWithSha256, keyTypes: ['P-256', 'P-384'], hash: 'sha256' },
  { oid: OID.ecdsaWithSha384, keyTypes: ['P-384', 'P-256'], hash: 'sha384' },
  { oid: OID.ecdsaWithSha512, keyTypes: ['P-384', 'P-256'], hash: 'sha512' },
  { oid: OID.sha256WithRsa, keyTypes: ['RSA'], hash: 'sha256' },
  { oid: OID.sha384WithRsa, keyTypes: ['RSA'], hash: 'sha384' },
  { oid: OID.sha512WithRsa, keyTypes: ['RSA'], hash: 'sha512' },
  { oid: OID.ed25519, keyTypes: ['Ed25519'], hash: null },
];

/** The AlgorithmIdentifier that a signer of this type writes into what it signs. */
export function signatureAlgorithm(type: KeyType): Der {
  return type === 'RSA' ? sequence(oid(OID.sha256WithRsa), nothing()) : sequence(oid(ofType(type).oid));
}

export function signWith(type: KeyType, key: KeyObject, bytes: Buffer): Buffer {
  return sign(ofType(type).hash, bytes, key);
}

/** The first in the table whose first type it is. */
function ofType(type: KeyType): SignatureAlgorithm {
  return SIGNATURES.find(({ keyTypes }) => keyTypes[0] === type)!;
}

/** Throws a KeyError that says why a signature is none. */
export function checkSignature(algorithm: Der, bytes: Buffer, signature: Buffer, { type, key }: PublicKey): void {
  const [name, ...parameters] = partsOf(algorithm, TAG.sequence, 'signature algorithm');
  const found = SIGNATURES.find((known) => known.oid === oidOf(name, 'signature algorithm'));
  if (!found) throw new KeyError(`is by an algorithm that is not accepted (${oidOf(name, 'signature algorithm')})`);
  if (!found.keyTypes.includes(type)) throw new KeyError(`is by an algorithm that does not go with its key (${type})`);
  const wellFormed = parameters.length === 0 || (type === 'RSA' && parameters.length === 1 && isNull(parameters[0]!));
  if (!wellFormed || !verifies(found.hash, bytes, key, signature)) throw new KeyError('does not verify');
}

function isNull(node: Der): boolean {
  return encode(node).equals(encode(nothing()));
}

function verifies(hash: string | null, bytes: Buffer, key: KeyObject, signature: Buffer): boolean {
  try {
    return verify(hash, bytes, key, signature);
  } catch {
    return false;
  }
}
