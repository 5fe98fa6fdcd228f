import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import type { AuthorityFiles } from './authority.ts';
import { type Certificate, parseCertificate } from './certificate.ts';
import { decode } from './der.ts';
import { AuthorityError } from './errors.ts';
import { KeyError, type PublicKey, publicKeyOf } from './keys.ts';
import { derOf, type PemBlock, pemBlocks } from './pem.ts';
import { parseRevocationList, type RevocationList } from './revocations.ts';

/** The certificates in a file, in its order; none if it is not there. Throws an AuthorityError that names the file. */
export function certificatesIn(files: AuthorityFiles, name: string): Certificate[] {
  const blocks = blocksOf(files, name).filter(({ label }) => label === 'CERTIFICATE');
  return blocks.map((block, i) => reading(name, `certificate ${i + 1}`, () => parseCertificate(derOf(block))));
}

export function revocationListsIn(files: AuthorityFiles, name: string): RevocationList[] {
  const blocks = blocksOf(files, name);
  const odd = blocks.find(({ label }) => label !== 'X509 CRL' && label !== 'CRL');
  if (odd) throw new AuthorityError(`${name}: a PEM block ${odd.label} among the revocation lists (X509 CRL)`);
  return blocks.map((block, i) => reading(name, `list ${i + 1}`, () => parseRevocationList(derOf(block))));
}

export interface PrivateKey {
  readonly key: KeyObject;
  readonly public: PublicKey;
}

/** No message has any part of the key in it. */
export function privateKeyIn(files: AuthorityFiles, name: string): PrivateKey {
  const blocks = blocksOf(files, name).filter(({ label }) => label.endsWith('PRIVATE KEY'));
  const [block] = blocks;
  if (!block) throw new AuthorityError(`${name}: no private key in PEM in it`);
  if (blocks.length > 1) throw new AuthorityError(`${name}: ${blocks.length} private keys, not one`);
  if (block.label.startsWith('ENCRYPTED') || block.body.includes('ENCRYPTED')) {
    throw new AuthorityError(
      `${name}: the key is encrypted; write it without a passphrase (openssl pkey -in … -out …)`,
    );
  }
  const key = keyObjectOf(name, block);
  try {
    const spki = decode(createPublicKey(key).export({ type: 'spki', format: 'der' }));
    return { key, public: publicKeyOf(spki) };
  } catch (error) {
    throw new AuthorityError(`${name}: the key ${error instanceof KeyError ? error.message : 'cannot be used'}`);
  }
}

function keyObjectOf(name: string, { label, body }: PemBlock): KeyObject {
  try {
    return createPrivateKey(`-----BEGIN ${label}-----${body}-----END ${label}-----`);
  } catch {
    throw new AuthorityError(`${name}: the private key cannot be read`);
  }
}

function blocksOf(files: AuthorityFiles, name: string): readonly PemBlock[] {
  return reading(name, 'PEM', () => pemBlocks(String(files[name] ?? '')));
}

function reading<T>(name: string, what: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new AuthorityError(`${name}: ${what}: ${(error as Error).message}`);
  }
}
