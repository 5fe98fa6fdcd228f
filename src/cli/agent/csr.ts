import { createPublicKey, type KeyObject } from 'node:crypto';
import { bits, decode, encode, integer, oid, primitive, sequence, set, tagged } from '../../ca/der.ts';
import { extension } from '../../ca/extensions.ts';
import { signatureAlgorithm, signWith } from '../../ca/keys.ts';
import { OID } from '../../ca/oids.ts';
import { pem } from '../../ca/pem.ts';

/**
 * A certificate request of a workload, in PEM: no subject, one critical name, signed with the P-256 key that it is for.
 * https://www.rfc-editor.org/rfc/rfc2986
 */
export function buildCertificateRequest(privateKey: KeyObject, uri: string): string {
  const spki = decode(createPublicKey(privateKey).export({ type: 'spki', format: 'der' }));
  const content = sequence(integer(Buffer.of(0)), sequence(), spki, tagged(0, requestedName(uri)));
  const signature = signWith('P-256', privateKey, encode(content));
  return pem('CERTIFICATE REQUEST', encode(sequence(content, signatureAlgorithm('P-256'), bits(signature))));
}

/** https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1.6: critical, where there is no subject. */
function requestedName(uri: string) {
  const names = encode(sequence(primitive(URI, Buffer.from(uri))));
  return sequence(oid(OID.extensionRequest), set(sequence(extension(OID.subjectAltName, true, names))));
}

/** uniformResourceIdentifier of GeneralName. */
const URI = 6;
