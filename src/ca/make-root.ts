import { createPrivateKey, createPublicKey, generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import type { RootKeyType } from './authority.ts';
import { buildCertificate, type Issuer, keyIdOf } from './build-certificate.ts';
import { type Certificate, parseCertificate } from './certificate.ts';
import { decode } from './der.ts';
import { publicKeyOf } from './keys.ts';
import { AUTHORITY_EXTENSIONS, authorityName } from './profiles.ts';

/** 10 years: roots are changed by rotation, not by expiry. */
const ROOT_LIFE_MS = 10 * 365.25 * 24 * 3_600_000;
/** For machines whose clocks are behind ours. */
export const SKEW_MS = 2 * 60_000;

const generate = promisify(generateKeyPair);

/** PKCS#8 in PEM. Takes a second or two for RSA, and holds up nobody meanwhile. */
export async function makeKey(type: RootKeyType): Promise<string> {
  const { privateKey } = type.startsWith('RSA-')
    ? await generate('rsa', { modulusLength: Number(type.slice('RSA-'.length)) })
    : await generate('ec', { namedCurve: type });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
}

export interface RootMaking {
  readonly organization: string;
  readonly nowMs: number;
  readonly random: (size: number) => Buffer;
}

/** A certificate that a key signs for itself. Its name tells it from every other root. */
export function selfSign(keyPem: string, { organization, nowMs, random }: RootMaking): Certificate {
  const key = createPrivateKey(keyPem);
  const spki = decode(createPublicKey(keyPem).export({ type: 'spki', format: 'der' }));
  const keyId = keyIdOf(spki);
  const name = authorityName(organization, `pharos root ${keyId.toString('hex', 0, 4)}`);
  const validity = { notBeforeMs: nowMs - SKEW_MS, notAfterMs: nowMs + ROOT_LIFE_MS };
  const issuer: Issuer = { name, key, keyType: publicKeyOf(spki).type, keyId };
  const content = { subject: name, spki, ...validity, extensions: AUTHORITY_EXTENSIONS };
  return parseCertificate(buildCertificate(content, issuer, random));
}

/**
 * The same authority, vouched for by an earlier root: whoever believes only that one believes the new one by this. It
 * ends when the first of the two ends.
 */
export function crossSign(
  root: Certificate,
  earlier: Certificate,
  key: KeyObject,
  random: RootMaking['random'],
): Certificate {
  const issuer: Issuer = {
    name: earlier.subjectName,
    key,
    keyType: publicKeyOf(earlier.spki).type,
    keyId: earlier.extensions.subjectKeyId,
  };
  const content = {
    subject: root.subjectName,
    spki: root.spki,
    notBeforeMs: Math.max(root.notBeforeMs, earlier.notBeforeMs),
    notAfterMs: Math.min(root.notAfterMs, earlier.notAfterMs),
    extensions: AUTHORITY_EXTENSIONS,
  };
  return parseCertificate(buildCertificate(content, issuer, random));
}
