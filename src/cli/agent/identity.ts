import { createPrivateKey, generateKeyPairSync, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { KeyPair } from '../../lib/certificates.ts';
import { parseSpiffeUri, type SpiffeId, spiffeUri } from '../../lib/spiffe.ts';
import type { Address } from '../../server/index.ts';
import { AskFailed, type AskFault, askForCertificate, type CertificateChain } from './ask.ts';
import { buildCertificateRequest } from './csr.ts';

/** What a workload proves itself with, and whom it believes. The key is here and nowhere else. */
export interface Identity extends KeyPair {
  readonly rootsPem: string;
  readonly uri: string;
  /** Milliseconds since 1970. */
  readonly notAfterMs: number;
}

export interface IdentityOptions {
  readonly xds: Address;
  readonly serverName: string | undefined;
  readonly id: SpiffeId;
  /** Read at every request, as the roots are: tokens are replaced by whoever gives them. */
  readonly tokenFile: string;
  readonly rootFile: string;
  /** Undefined: as long as pharos gives. */
  readonly ttlMs: number | undefined;
}

/**
 * A new key, and a certificate for it. Who has an identity that is still good may use it where the token is not believed
 * any more. Throws an AskFailed.
 */
export async function obtainIdentity(options: IdentityOptions, before?: Identity): Promise<Identity> {
  const { id, ttlMs } = options;
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const csr = buildCertificateRequest(privateKey, spiffeUri(id));
  const keyPem = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
  return identityOf(await ask(csr, ttlMs, options, before), keyPem, id);
}

async function ask(
  csr: string,
  ttlMs: number | undefined,
  options: IdentityOptions,
  before?: Identity,
): Promise<CertificateChain> {
  // Roots that came with an identity came from somebody whom earlier roots vouched for.
  const rootsPem = `${await read(options.rootFile, 'the roots', 'untrusted')}\n${before?.rootsPem ?? ''}`;
  const to = { xds: options.xds, serverName: options.serverName, rootsPem };
  try {
    const token = (await read(options.tokenFile, 'the token', 'unproved')).trim();
    if (!/^[\w.~+/=-]+$/.test(token)) throw new AskFailed('unproved', `${options.tokenFile} holds no token`);
    return await askForCertificate(csr, ttlMs, { ...to, proof: { token } });
  } catch (error) {
    if (!before || !(error instanceof AskFailed) || error.fault !== 'unproved') throw error;
    return askForCertificate(csr, ttlMs, { ...to, proof: { certificate: before } });
  }
}

async function read(file: string, what: string, fault: AskFault): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new AskFailed(fault, `cannot read ${what}: ${(error as Error).message}`);
  }
}

function identityOf(chain: CertificateChain, keyPem: string, id: SpiffeId): Identity {
  const leaf = certificateIn(chain[0]);
  if (!leaf.checkPrivateKey(createPrivateKey(keyPem)))
    throw strange('is for another key than the one it was asked for');
  const uri = /^URI:(\S+)$/.exec(leaf.subjectAltName ?? '')?.[1] ?? '';
  const given = parseSpiffeUri(uri);
  if (given?.namespace !== id.namespace || given.serviceAccount !== id.serviceAccount) {
    throw strange(`is of ${uri || 'nobody'}: the token is not of ${id.namespace}/${id.serviceAccount}`);
  }
  return {
    chainPem: chain.slice(0, -1).join(''),
    keyPem,
    rootsPem: chain.at(-1)!,
    uri,
    notAfterMs: Date.parse(leaf.validTo),
  };
}

function certificateIn(pem: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch {
    throw strange('cannot be read');
  }
}

function strange(why: string): AskFailed {
  return new AskFailed('refused', `the certificate that was given ${why}`);
}
