import type { AuthorityFiles } from './authority.ts';
import { type Certificate, isAmong, isSelfIssued, nameOf, signedBy } from './certificate.ts';
import { encode } from './der.ts';
import { AuthorityError } from './errors.ts';
import { EARLIER_ROOTS, type FileNames, formOf } from './file-names.ts';
import { authorityFault, findPath, timeFault } from './path.ts';
import { type ProxyLists, proxyListsOf } from './proxy-lists.ts';
import { certificatesIn, type PrivateKey, privateKeyIn, revocationListsIn } from './read-pem.ts';
import type { RevocationList } from './revocations.ts';
import { warningsAbout } from './warnings.ts';

/** What an authority signs with, and whom it believes. */
export interface Credentials {
  readonly key: PrivateKey;
  readonly signer: Certificate;
  /** What stands in a chain between a leaf and the roots. */
  readonly intermediates: readonly Certificate[];
  /** While the signer and everyone above it are in force. */
  readonly window: { readonly notBeforeMs: number; readonly notAfterMs: number };
  readonly roots: readonly Certificate[];
  readonly revocations: readonly RevocationList[];
  readonly proxyLists: ProxyLists;
  /** What should not stay as it is. */
  readonly warnings: readonly string[];
}

/** Throws an AuthorityError that names the file and what is wrong with it. */
export function credentialsFrom(files: AuthorityFiles, nowMs: number): Credentials {
  const names = formOf(files);
  const key = privateKeyIn(files, names.key);
  const believed = rootsIn(files, names);
  const roots = believed.filter(({ notAfterMs }) => notAfterMs >= nowMs);
  const signer = signerIn(files, names, key, believed);
  const fault = authorityFault(signer) ?? timeFault(signer, nowMs);
  const place = names.certificate in files ? names.certificate : names.roots;
  if (fault) throw new AuthorityError(`${place}: ${nameOf(signer)} ${fault}`);

  const others = othersIn(files, names, believed);
  const revocations = revocationListsIn(files, names.revocations);
  const path = findPath(signer, { roots, others, revocations, nowMs });
  if ('reason' in path) {
    throw new AuthorityError(`${names.certificate}: no way to a root in ${names.roots}: ${path.reason}`);
  }
  const useful = others.filter(
    (one) => !timeFault(one, nowMs) && 'found' in findPath(one, { roots, others, revocations, nowMs }),
  );
  const intermediates = intermediatesOf(signer, roots, useful);
  const window = windowOf([signer, ...path.found]);
  const proxyLists = proxyListsOf({ signer, intermediates, roots, revocations }, nowMs);
  const credentials = { key, signer, intermediates, window, roots, revocations, proxyLists };
  return { ...credentials, warnings: warningsAbout(credentials, { names, believed, others, nowMs }) };
}

function windowOf(path: readonly Certificate[]): Credentials['window'] {
  return {
    notBeforeMs: Math.max(...path.map(({ notBeforeMs }) => notBeforeMs)),
    notAfterMs: Math.min(...path.map(({ notAfterMs }) => notAfterMs)),
  };
}

/** All that are to be believed, once each. */
function rootsIn(files: AuthorityFiles, names: FileNames): readonly Certificate[] {
  const sources = [names.roots, EARLIER_ROOTS];
  for (const name of sources) {
    for (const root of certificatesIn(files, name)) {
      const fault = authorityFault(root);
      if (fault) throw new AuthorityError(`${name}: ${nameOf(root)} ${fault}`);
    }
  }
  const roots = sources.flatMap((name) => certificatesIn(files, name));
  // An issuer that signs itself is its own root, and cert-manager may leave ca.crt out.
  const own = names.roots in files ? [] : certificatesIn(files, names.certificate).filter(isSelfIssued);
  if (roots.length + own.length === 0) throw new AuthorityError(`${names.roots}: no root certificate in it`);
  return once([...roots, ...own]);
}

/** Of the key: the first of its file; or a root, where roots sign for themselves. */
function signerIn(
  files: AuthorityFiles,
  names: FileNames,
  { public: { spki } }: PrivateKey,
  roots: readonly Certificate[],
): Certificate {
  const hasKey = (one: Certificate): boolean => encode(one.spki).equals(encode(spki));
  if (names.certificate in files) {
    const [first] = certificatesIn(files, names.certificate);
    if (!first) throw new AuthorityError(`${names.certificate}: no certificate in it`);
    if (!hasKey(first))
      throw new AuthorityError(`${names.key}: not the key of ${nameOf(first)} in ${names.certificate}`);
    return first;
  }
  const root = roots.find(hasKey);
  if (!root) throw new AuthorityError(`${names.roots}: no certificate for the key in ${names.key}`);
  return root;
}

/** Certificates that may lead from the signer to a root. */
function othersIn(files: AuthorityFiles, names: FileNames, roots: readonly Certificate[]): readonly Certificate[] {
  const sources = new Set([names.certificate, names.chain]);
  const all = once([...sources].flatMap((name) => certificatesIn(files, name)));
  return all.filter((one) => !isAmong(roots, one));
}

/**
 * The signer, unless everybody has it as a root, and all that leads on from it. A root may have certificates by other
 * roots besides: those who believe only in the others need them.
 */
function intermediatesOf(
  signer: Certificate,
  roots: readonly Certificate[],
  others: readonly Certificate[],
): readonly Certificate[] {
  const chain = once([signer, ...others.filter((one) => one.subject.equals(signer.subject))]).filter((one) =>
    encode(one.spki).equals(encode(signer.spki)),
  );
  for (const below of chain) {
    chain.push(...others.filter((one) => issued(one, below) && !isAmong(chain, one)));
  }
  return chain.filter((one) => !isAmong(roots, one) && !isSelfIssued(one));
}

function issued(issuer: Certificate, { issuer: name, signed }: Certificate): boolean {
  return issuer.subject.equals(name) && signedBy(signed, issuer);
}

function once(certificates: readonly Certificate[]): Certificate[] {
  return certificates.filter((one, i) => !isAmong(certificates.slice(0, i), one));
}
