import { createHash, type KeyObject } from 'node:crypto';
import {
  bits,
  bitsOf,
  type Der,
  encode,
  integer,
  octets,
  partsOf,
  primitive,
  sequence,
  TAG,
  tagged,
  time,
} from './der.ts';
import { extension } from './extensions.ts';
import { type KeyType, signatureAlgorithm, signWith } from './keys.ts';
import { OID } from './oids.ts';

/** Who signs, reduced to what goes into a certificate. */
export interface Issuer {
  readonly name: Der;
  readonly keyType: KeyType;
  readonly key: KeyObject;
  /** Undefined where its own certificate has none to point at. */
  readonly keyId: Buffer | undefined;
}

export interface Content {
  readonly subject: Der;
  readonly spki: Der;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
  /** Without the key identifiers, which every certificate has. */
  readonly extensions: readonly Der[];
}

/** https://www.rfc-editor.org/rfc/rfc5280#section-4.1, version 3, in DER. */
export function buildCertificate(content: Content, issuer: Issuer, random: (size: number) => Buffer): Buffer {
  const algorithm = signatureAlgorithm(issuer.keyType);
  const tbs = sequence(
    VERSION_3,
    integer(random(SERIAL_BYTES)),
    algorithm,
    issuer.name,
    sequence(time(content.notBeforeMs), time(content.notAfterMs)),
    content.subject,
    content.spki,
    tagged(3, sequence(...content.extensions, ...keyIds(content.spki, issuer))),
  );
  const signature = signWith(issuer.keyType, issuer.key, encode(tbs));
  return encode(sequence(tbs, algorithm, bits(signature)));
}

const VERSION_3 = tagged(0, integer(Buffer.of(2)));
/** So many that no two are ever the same and none can be guessed. */
const SERIAL_BYTES = 16;

function keyIds(spki: Der, { keyId }: Issuer): Der[] {
  const subject = extension(OID.subjectKeyId, false, encode(octets(keyIdOf(spki))));
  if (!keyId) return [subject];
  return [subject, extension(OID.authorityKeyId, false, encode(sequence(primitive(0, keyId))))];
}

/** https://www.rfc-editor.org/rfc/rfc7093#section-2, method 1. */
export function keyIdOf(spki: Der): Buffer {
  const key = bitsOf(partsOf(spki, TAG.sequence, 'public key')[1], 'public key');
  return createHash('sha256').update(key).digest().subarray(0, 20);
}
