import { boolean, type Der, encode, oid, sequence, set, utf8 } from './der.ts';
import { extension, KEY_USAGE, keyUsage, purposes } from './extensions.ts';
import { serverNames, uriNames } from './general-names.ts';
import type { KeyType } from './keys.ts';
import { OID } from './oids.ts';

/** Workloads have their name in the extensions, and none here. */
export const NO_SUBJECT: Der = sequence();

const NO_AUTHORITY = extension(OID.basicConstraints, true, encode(sequence()));
const FOR_ALL = extension(OID.extendedKeyUsage, false, purposes(OID.serverAuth, OID.clientAuth));
const FOR_SERVERS = extension(OID.extendedKeyUsage, false, purposes(OID.serverAuth));

const SIGN_AND_ENCIPHER = extension(
  OID.keyUsage,
  true,
  keyUsage(KEY_USAGE.digitalSignature, KEY_USAGE.keyEncipherment),
);
const SIGN = extension(OID.keyUsage, true, keyUsage(KEY_USAGE.digitalSignature));

/** https://github.com/spiffe/spiffe/blob/main/standards/X509-SVID.md: one URI, which must be understood as there is no subject. */
export function workloadExtensions(uri: string, keyType: KeyType): Der[] {
  return [usageOf(keyType), FOR_ALL, NO_AUTHORITY, extension(OID.subjectAltName, true, uriNames(uri))];
}

/** Throws a CertificateRequestError for names that are neither DNS names nor IP addresses. */
export function serverExtensions(names: readonly string[]): Der[] {
  return [SIGN_AND_ENCIPHER, FOR_SERVERS, NO_AUTHORITY, extension(OID.subjectAltName, true, serverNames(names))];
}

/** https://www.rfc-editor.org/rfc/rfc8410#section-5: such a key cannot encipher. */
function usageOf(keyType: KeyType): Der {
  return keyType === 'Ed25519' ? SIGN : SIGN_AND_ENCIPHER;
}

export const AUTHORITY_EXTENSIONS: readonly Der[] = [
  extension(OID.basicConstraints, true, encode(sequence(boolean(true)))),
  extension(OID.keyUsage, true, keyUsage(KEY_USAGE.keyCertSign, KEY_USAGE.crlSign)),
];

/** `O=…, CN=…`. */
export function authorityName(organization: string, commonName: string): Der {
  return sequence(attribute(OID.organization, organization), attribute(OID.commonName, commonName));
}

function attribute(name: string, value: string): Der {
  return set(sequence(oid(name), utf8(value)));
}
