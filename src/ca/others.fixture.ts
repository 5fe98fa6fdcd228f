import { execFileSync } from 'node:child_process';
import { KeyObject, webcrypto } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import './reflection.fixture.ts';
import * as x509 from '@peculiar/x509';
import { onTestFinished } from 'vitest';
import type { AuthorityFiles, GivenAuthority } from './authority.ts';
import { openAuthority } from './index.ts';

type CryptoKeyPair = webcrypto.CryptoKeyPair;

/** Certificates, lists and requests as another library makes them. */
x509.cryptoProvider.set(webcrypto as Crypto);

export const NOW = Date.UTC(2026, 5, 1);
export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
export const CART = { trustDomain: 'cluster.local', namespace: 'shop', serviceAccount: 'cart' };
export const CART_URI = 'spiffe://cluster.local/ns/shop/sa/cart';

export type Kind = keyof typeof ALGORITHMS;

const ALGORITHMS = {
  'P-256': { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' },
  'P-384': { name: 'ECDSA', namedCurve: 'P-384', hash: 'SHA-384' },
  'P-521': { name: 'ECDSA', namedCurve: 'P-521', hash: 'SHA-512' },
  'RSA-1024': rsa(1024),
  'RSA-2048': rsa(2048),
  'RSA with SHA-1': { ...rsa(2048), hash: 'SHA-1' },
  Ed25519: { name: 'Ed25519' },
} as const;

function rsa(modulusLength: number) {
  return { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256', modulusLength, publicExponent: Uint8Array.of(1, 0, 1) } as const;
}

export function makeKeys(kind: Kind = 'P-256'): Promise<CryptoKeyPair> {
  return webcrypto.subtle.generateKey(ALGORITHMS[kind] as webcrypto.EcKeyAlgorithm, true, ['sign', 'verify']);
}

export function keyPemOf(keys: CryptoKeyPair): string {
  return KeyObject.from(keys.privateKey).export({ type: 'pkcs8', format: 'pem' }) as string;
}

/** Somebody with a key and a certificate. */
export interface Holder {
  readonly name: string;
  readonly kind: Kind;
  readonly keys: CryptoKeyPair;
  readonly keyPem: string;
  readonly pem: string;
  readonly der: Buffer;
  readonly serial: string;
}

export interface Wanted {
  readonly issuer?: Holder;
  readonly kind?: Kind;
  readonly keys?: CryptoKeyPair;
  readonly notBefore?: number;
  readonly notAfter?: number;
  /** Instead of those of an authority or a workload. */
  readonly extensions?: readonly x509.Extension[];
  readonly serial?: string;
}

let count = 0;

export async function makeAuthority(name: string, wanted: Wanted = {}): Promise<Holder> {
  return make(`CN=${name}`, {
    extensions: [new x509.BasicConstraintsExtension(true, undefined, true), usage('keyCertSign', 'cRLSign')],
    ...wanted,
  });
}

export async function makeLeaf(issuer: Holder, wanted: Omit<Wanted, 'issuer'> = {}): Promise<Holder> {
  return make('', { issuer, notAfter: NOW + DAY, extensions: [names({ type: 'url', value: CART_URI })], ...wanted });
}

async function make(name: string, wanted: Wanted): Promise<Holder> {
  const { kind = 'P-256', issuer, notBefore = NOW - DAY, notAfter = NOW + 365 * DAY } = wanted;
  const keys = wanted.keys ?? (await makeKeys(kind));
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: wanted.serial ?? (++count + 0x100000).toString(16),
    subject: name,
    issuer: issuer?.name ?? name,
    notBefore: new Date(notBefore),
    notAfter: new Date(notAfter),
    signingAlgorithm: ALGORITHMS[issuer?.kind ?? kind],
    publicKey: keys.publicKey,
    signingKey: (issuer?.keys ?? keys).privateKey,
    extensions: [...(wanted.extensions ?? [])],
  });
  return {
    name,
    kind,
    keys,
    keyPem: keyPemOf(keys),
    pem: `${certificate.toString('pem')}\n`,
    der: Buffer.from(certificate.rawData),
    serial: certificate.serialNumber,
  };
}

export function usage(...uses: readonly (keyof typeof x509.KeyUsageFlags)[]): x509.Extension {
  return new x509.KeyUsagesExtension(
    uses.reduce((flags, use) => flags | x509.KeyUsageFlags[use], 0),
    true,
  );
}

export function names(...all: readonly x509.JsonGeneralName[]): x509.Extension {
  return new x509.SubjectAlternativeNameExtension([...all], true);
}

/** An authority whose files are given as data. */
export function given(files: AuthorityFiles, onWarning: (text: string) => void = () => {}): Promise<GivenAuthority> {
  return openAuthority({ source: { kind: 'files', files }, clock: () => NOW, onWarning });
}

/** The files of an authority as Istio's documentation makes them. */
export function cacerts(root: Holder, ...[signer, ...between]: readonly Holder[]): Record<string, string> {
  const own = signer ?? root;
  return {
    'ca-cert.pem': own.pem,
    'ca-key.pem': own.keyPem,
    'root-cert.pem': root.pem,
    'cert-chain.pem': [own, ...between, root].map(({ pem }) => pem).join(''),
  };
}

export async function makeCrl(
  issuer: Holder,
  serials: readonly string[],
  { nextUpdate = NOW + DAY, extensions = [] }: { nextUpdate?: number; extensions?: readonly x509.Extension[] } = {},
): Promise<string> {
  const list = await x509.X509CrlGenerator.create({
    issuer: issuer.name,
    thisUpdate: new Date(NOW - DAY),
    nextUpdate: new Date(nextUpdate),
    signingAlgorithm: ALGORITHMS[issuer.kind],
    signingKey: issuer.keys.privateKey,
    extensions: [...extensions],
    entries: serials.map((serialNumber) => ({ serialNumber, revocationDate: new Date(NOW - DAY) })),
  });
  return `${list.toString('pem')}\n`;
}

export interface Asked {
  readonly kind?: Kind;
  readonly extensions?: readonly x509.Extension[];
  readonly subject?: string;
}

/** A certificate request. */
export async function makeRequest({ kind = 'P-256', extensions, subject }: Asked = {}): Promise<string> {
  const keys = await makeKeys(kind);
  const request = await x509.Pkcs10CertificateRequestGenerator.create({
    name: subject ?? '',
    keys,
    signingAlgorithm: ALGORITHMS[kind],
    extensions: [...(extensions ?? [names({ type: 'url', value: CART_URI })])],
  });
  return request.toString('pem');
}

/** What openssl says of files with these contents, by their names in the arguments. */
export function openssl(args: readonly string[], files: Readonly<Record<string, string>>): string {
  const directory = folder();
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
  try {
    return execFileSync('openssl', [...args], { cwd: directory, encoding: 'utf8', stdio: 'pipe' });
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    return `${stdout}${stderr}`;
  }
}

/** Gone when the test is over. */
export function folder(): string {
  const directory = mkdtempSync(join(tmpdir(), 'pharos-ca-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

export { x509 };
