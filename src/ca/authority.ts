import type { SpiffeId } from '../lib/spiffe.ts';
import type { CertificateRequest } from './request.ts';

/** A certificate with all that its owner needs to be believed, in PEM. */
export interface SignedCertificate {
  readonly leafPem: string;
  /** From the one that signed the leaf towards the root, one certificate each. Often none: a root of our own signs itself. */
  readonly intermediatesPem: readonly string[];
  /** All roots that are believed now. */
  readonly rootsPem: string;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
}

export interface IssuedCertificate extends SignedCertificate {
  /** PKCS#8. */
  readonly keyPem: string;
}

/** Whom workloads believe. */
export interface Trust {
  readonly rootsPem: string;
  /** Lists of revoked certificates. Undefined where nobody gave one, or one of some authority is missing: see ./proxy-lists.ts. */
  readonly crlPem: string | undefined;
}

export type Verdict = { readonly ok: true; readonly id: SpiffeId } | { readonly ok: false; readonly reason: string };

/** What may be shown of an authority. */
export interface AuthorityDescription {
  readonly signer: CertificateDescription;
  readonly roots: readonly CertificateDescription[];
}

export interface CertificateDescription {
  readonly subject: string;
  /** SHA-256 of the certificate, in upper case hexadecimal with colons. */
  readonly fingerprint: string;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
}

/**
 * A certificate authority. Its key is reachable through no field, not by JSON and not by inspection.
 *
 * `sign`, `issue` and `issueServer` throw an AuthorityError when the signing certificate has expired.
 */
export interface Authority {
  /**
   * A certificate for the key of a request. Nothing else of the request counts: the caller decides who is asking.
   *
   * `validityMs` undefined or not above 0 means the default. Throws a CertificateRequestError for longer than the maximum.
   * The end of the signer's chain is the end of what it signs.
   */
  readonly sign: (request: CertificateRequest, id: SpiffeId, validityMs?: number) => SignedCertificate;
  /** The same for a P-256 key that is made here. */
  readonly issue: (id: SpiffeId, validityMs?: number) => IssuedCertificate;
  /** For a server that is known by DNS names and IP addresses: this control plane itself. 90 days by default. */
  readonly issueServer: (names: readonly string[], validityMs?: number) => IssuedCertificate;
  readonly trust: () => Trust;
  /**
   * Whether a client that presents this chain (leaf first) is who its certificate says: a way to a believed root, in
   * force, not revoked, meant for clients, and naming exactly one workload. The private key must have been proved by TLS.
   */
  readonly verify: (chainDer: readonly Buffer[], nowMs: number) => Verdict;
  /** The signer, the roots or the lists of revoked certificates were replaced. Returns what ends the calls. */
  readonly onChange: (listener: () => void) => () => void;
  readonly describe: () => AuthorityDescription;
  readonly close: () => void;
}

/** An authority whose root was made here. */
export interface OwnAuthority extends Authority {
  /**
   * A new root signs from now on; earlier ones stay believed. Until everybody knows the new root, a certificate of it
   * signed by the one before travels with every chain, so nobody is refused in between.
   */
  readonly rotateRoot: (keyType?: RootKeyType) => Promise<void>;
  /** Only the root that signs is believed from now on. */
  readonly forgetEarlierRoots: () => Promise<void>;
}

/** An authority whose files are handed over, as the data of a Secret would be. */
export interface GivenAuthority extends Authority {
  /** Throws an AuthorityError, and keeps what it had, if these cannot be used. */
  readonly replace: (files: AuthorityFiles) => void;
}

export type RootKeyType = 'P-256' | 'P-384' | 'RSA-2048' | 'RSA-3072' | 'RSA-4096';

/** By file name: ca-cert.pem, ca-key.pem, root-cert.pem, cert-chain.pem, ca-crl.pem; or tls.crt, tls.key, ca.crt. */
export type AuthorityFiles = Readonly<Record<string, string | Buffer>>;

export interface AuthorityOptions {
  /** How long certificates live that ask for nothing else. 24 hours. */
  readonly defaultValidityMs?: number;
  /** The longest that may be asked for. 90 days. */
  readonly maxValidityMs?: number;
  /** Something that works but should not stay: a key that others may read, a signer that expires soon. */
  readonly onWarning?: (text: string) => void;
  /** Files have become unusable; what was read before stays in force. */
  readonly onProblem?: (text: string) => void;
  /** Milliseconds since 1970. */
  readonly clock?: () => number;
  /** Cryptographically strong bytes, for serial numbers. */
  readonly random?: (size: number) => Buffer;
  /** How often files are looked at even if the file system tells nothing. 10 seconds. */
  readonly lookEveryMs?: number;
}

export interface OwnOptions extends AuthorityOptions {
  readonly source: {
    readonly kind: 'own';
    /** Where the root is kept. Undefined: in memory only, and gone with the process. */
    readonly directory?: string;
    /** Of a root that has yet to be made. P-256. */
    readonly keyType?: RootKeyType;
    /** Named in the subject of a root that has yet to be made. `cluster.local`. */
    readonly trustDomain?: string;
  };
}

export interface DirectoryOptions extends AuthorityOptions {
  readonly source: {
    readonly kind: 'directory';
    readonly directory: string;
    /** A PEM file, or a directory of them, with roots to be believed besides: those that are on their way out. */
    readonly earlierRoots?: string;
  };
}

export interface GivenOptions extends AuthorityOptions {
  readonly source: { readonly kind: 'files'; readonly files: AuthorityFiles };
}
