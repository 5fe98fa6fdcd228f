/**
 * Certificates: who is who in the mesh.
 *
 *   in   a root of our own making, or somebody's CA (a directory, or the data of a Secret); requests of workloads
 *   out  signed certificates, the roots and revocations to believe, verdicts on the chains that clients present
 *
 * Does not know who asks, whether he may, or how he asked: callers are authenticated and identities chosen elsewhere.
 */
export type {
  Authority,
  AuthorityDescription,
  AuthorityFiles,
  AuthorityOptions,
  CertificateDescription,
  DirectoryOptions,
  GivenAuthority,
  GivenOptions,
  IssuedCertificate,
  OwnAuthority,
  OwnOptions,
  RootKeyType,
  SignedCertificate,
  Trust,
  Verdict,
} from './authority.ts';
export { AuthorityError, CertificateRequestError, type RequestFault } from './errors.ts';
export { openAuthority } from './open-authority.ts';
export { type CertificateRequest, parseCertificateRequest } from './request.ts';
