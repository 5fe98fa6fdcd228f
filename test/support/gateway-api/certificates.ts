import { KeyObject, webcrypto } from 'node:crypto';
import '../../../src/ca/reflection.fixture.ts';
import * as x509 from '@peculiar/x509';
import type { CertificateWanted } from './case.ts';

x509.cryptoProvider.set(webcrypto as Crypto);

/** Everything in PEM. */
export interface MadeCertificate {
  readonly crt: string;
  readonly key: string;
  /** Of who signed it: itself, if nobody else did. */
  readonly ca: string;
}

interface Holder extends MadeCertificate {
  readonly subject: string;
  readonly privateKey: webcrypto.CryptoKey;
}

/** Certificates that are valid now and protect nothing. Their names are always the same, their keys never. */
export async function makeCertificates(
  wanted: Readonly<Record<string, CertificateWanted>>,
): Promise<Readonly<Record<string, MadeCertificate>>> {
  const made = new Map<string, Promise<Holder>>();
  const holderOf = (name: string, path: readonly string[] = []): Promise<Holder> => {
    const { signedBy } = wanted[name]!;
    if (path.includes(name))
      throw new Error(`certificates sign each other in a circle: ${[...path, name].join(' → ')}`);
    const known = made.get(name);
    if (known) return known;
    const making = make(name, wanted[name]!, signedBy === undefined ? undefined : holderOf(signedBy, [...path, name]));
    made.set(name, making);
    return making;
  };
  const all = Object.keys(wanted).map(async (name) => {
    const { crt, key, ca } = await holderOf(name);
    return [name, { crt, key, ca }] as const;
  });
  return Object.fromEntries(await Promise.all(all));
}

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const DAY_MS = 24 * 3_600_000;

async function make(name: string, wanted: CertificateWanted, signer: Promise<Holder> | undefined): Promise<Holder> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const issuer = await signer;
  const subject = `CN=${name}`;
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serialOf(name),
    subject,
    issuer: issuer?.subject ?? subject,
    notBefore: new Date(Date.now() - DAY_MS),
    notAfter: new Date(Date.now() + DAY_MS),
    signingAlgorithm: ALGORITHM,
    publicKey: keys.publicKey,
    signingKey: issuer?.privateKey ?? keys.privateKey,
    extensions: extensionsOf(wanted),
  });
  const crt = `${certificate.toString('pem')}\n`;
  const key = KeyObject.from(keys.privateKey).export({ type: 'pkcs8', format: 'pem' }) as string;
  return { subject, privateKey: keys.privateKey, crt, key, ca: issuer?.crt ?? crt };
}

function extensionsOf({ ca, hosts, uris }: CertificateWanted): x509.Extension[] {
  const names = [
    ...hosts.map((value) => ({ type: isAddress(value) ? ('ip' as const) : ('dns' as const), value })),
    ...uris.map((value) => ({ type: 'url' as const, value })),
  ];
  const { keyCertSign, cRLSign, digitalSignature } = x509.KeyUsageFlags;
  return [
    new x509.BasicConstraintsExtension(ca, undefined, true),
    new x509.KeyUsagesExtension(ca ? keyCertSign | cRLSign : digitalSignature, true),
    ...(names.length > 0 ? [new x509.SubjectAlternativeNameExtension(names)] : []),
  ];
}

function isAddress(host: string): boolean {
  return /^[\d.]+$/.test(host);
}

/** One issuer must not use a number twice. */
function serialOf(name: string): string {
  return `01${Buffer.from(name).toString('hex').slice(0, 30)}`;
}
