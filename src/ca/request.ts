import { signedOf } from './certificate.ts';
import { context, type Der, DerError, numberOf, oidOf, partsOf, TAG } from './der.ts';
import { CertificateRequestError } from './errors.ts';
import { type RawExtensions, rawExtensionsOf } from './extensions.ts';
import { generalNamesOf } from './general-names.ts';
import { checkSignature, KeyError, type PublicKey, publicKeyOf } from './keys.ts';
import { OID } from './oids.ts';
import { derOf, pemBlocks } from './pem.ts';

/**
 * A PKCS #10 request, https://www.rfc-editor.org/rfc/rfc2986, whose sender has proved to have the key. The names in it are
 * what he says of himself: nothing is proved by them.
 */
export interface CertificateRequest {
  readonly publicKey: PublicKey;
  readonly uris: readonly string[];
  /** Names of other kinds, in words: `DNS:cart.shop`. */
  readonly otherNames: readonly string[];
}

/** A request for the largest key that is accepted, with many names, has 4 kB. */
const MAX_LENGTH = 16 * 1024;

/** Throws a CertificateRequestError, and nothing else, whatever the text is. */
export function parseCertificateRequest(pem: string): CertificateRequest {
  try {
    return requestOf(derOfRequest(pem));
  } catch (error) {
    if (error instanceof DerError) throw malformed(error.message);
    throw error;
  }
}

function derOfRequest(pem: string): Buffer {
  if (pem.length > MAX_LENGTH) throw malformed(`${pem.length} characters, more than ${MAX_LENGTH}`);
  const blocks = blocksOf(pem);
  const [block] = blocks;
  if (!block) throw malformed('no PEM block CERTIFICATE REQUEST in it');
  if (blocks.length > 1) throw malformed(`${blocks.length} PEM blocks, not one`);
  if (!LABELS.includes(block.label)) throw malformed(`a PEM block ${block.label}, not CERTIFICATE REQUEST`);
  try {
    return derOf(block);
  } catch (error) {
    throw malformed((error as Error).message);
  }
}

const LABELS = ['CERTIFICATE REQUEST', 'NEW CERTIFICATE REQUEST'];

function blocksOf(pem: string): ReturnType<typeof pemBlocks> {
  try {
    return pemBlocks(pem);
  } catch (error) {
    throw malformed((error as Error).message);
  }
}

function requestOf(der: Buffer): CertificateRequest {
  const { content, signed } = signedOf(der, 'certificate request');
  const [version, subject, spki, attributes, ...more] = partsOf(content, TAG.sequence, 'certificate request');
  if (numberOf(version, 'version') !== 0) throw malformed('not of version 1');
  partsOf(subject, TAG.sequence, 'subject');
  if (!spki || more.length > 0) throw malformed('not made of version, subject, key and attributes');
  const publicKey = accepted('key', 'the key', () => publicKeyOf(spki));
  accepted('signature', 'the signature', () =>
    checkSignature(signed.algorithm, signed.bytes, signed.signature, publicKey),
  );
  const names = generalNamesOf(requestedExtensions(attributes).get(OID.subjectAltName)?.value);
  return { publicKey, uris: names.uris, otherNames: names.others };
}

function accepted<T>(fault: 'key' | 'signature', what: string, ask: () => T): T {
  try {
    return ask();
  } catch (error) {
    if (error instanceof KeyError)
      throw new CertificateRequestError(fault, `certificate request: ${what} ${error.message}`);
    throw error;
  }
}

/** Attributes that ask for other things than extensions are passed over: this authority decides what it signs. */
function requestedExtensions(attributes: Der | undefined): RawExtensions {
  if (!attributes) return new Map();
  const asked = partsOf(attributes, context(0), 'attributes')
    .map((attribute) => partsOf(attribute, TAG.sequence, 'attribute'))
    .filter(([name]) => oidOf(name, 'name of an attribute') === OID.extensionRequest);
  if (asked.length === 0) return new Map();
  const values = partsOf(asked[0]![1], TAG.set, 'value of an attribute');
  if (asked.length > 1 || values.length !== 1) throw malformed('extensions are asked for twice');
  return rawExtensionsOf(values[0]);
}

function malformed(why: string): CertificateRequestError {
  return new CertificateRequestError('malformed', `certificate request: ${why}`);
}
