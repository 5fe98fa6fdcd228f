import type { AuthorityFiles } from './authority.ts';
import { AuthorityError } from './errors.ts';

/** In which file what is found. */
export interface FileNames {
  readonly key: string;
  readonly certificate: string;
  readonly chain: string;
  readonly roots: string;
  readonly revocations: string;
}

/** https://istio.io/latest/docs/tasks/security/cert-management/plugin-ca-cert/ */
export const ISTIO_NAMES: FileNames = {
  key: 'ca-key.pem',
  certificate: 'ca-cert.pem',
  chain: 'cert-chain.pem',
  roots: 'root-cert.pem',
  revocations: 'ca-crl.pem',
};

/** A Secret of type kubernetes.io/tls, as cert-manager makes them: the chain stands behind the certificate. */
export const TLS_NAMES: FileNames = {
  key: 'tls.key',
  certificate: 'tls.crt',
  chain: 'tls.crt',
  roots: 'ca.crt',
  revocations: 'ca-crl.pem',
};

/** Roots on their way out, in either form. */
export const EARLIER_ROOTS = 'earlier-roots.pem';

export const ALL_NAMES: readonly string[] = [
  ...new Set([...Object.values(ISTIO_NAMES), ...Object.values(TLS_NAMES), EARLIER_ROOTS]),
];

/** Throws an AuthorityError if it is neither form, or both. */
export function formOf(files: AuthorityFiles): FileNames {
  const [istio, tls] = [ISTIO_NAMES, TLS_NAMES].map((names) => names.key in files || names.certificate in files);
  if (istio && tls) {
    throw new AuthorityError(`both ${ISTIO_NAMES.key} and ${TLS_NAMES.key} are there: keep the files of one form`);
  }
  if (!istio && !tls) throw new AuthorityError(`neither ${ISTIO_NAMES.key} nor ${TLS_NAMES.key} is there`);
  return istio ? ISTIO_NAMES : TLS_NAMES;
}
