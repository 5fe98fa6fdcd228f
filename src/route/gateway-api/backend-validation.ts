import type { BackendTlsPolicy, FullReference } from '../../api/index.ts';
import type { ClientTls, Trust } from '../../mesh/index.ts';
import type { CaCertificates } from './ca-references.ts';
import type { Verdict } from './gateway-api.ts';
import { ACCEPTED, no, RESOLVED_REFS } from './verdict.ts';

/** How a backend's certificate is looked at, and whether it can be. */
export interface BackendValidation {
  /** Impossible, unless it is known whom to believe. */
  readonly tls: ClientTls;
  readonly accepted: Verdict;
  readonly resolvedRefs: Verdict;
}

type Written = BackendTlsPolicy['spec']['validation'];

/** `at`: where it is written. https://gateway-api.sigs.k8s.io/reference/spec/#backendtlspolicyvalidation */
export function validationOf(
  written: Written,
  namespace: string,
  caCertificates: (to: FullReference) => CaCertificates,
  at = 'spec.validation',
): BackendValidation {
  const { hostname, subjectAltNames = [] } = written;
  const { trust, ...verdicts } = trustOf(written, namespace, caCertificates, at);
  if (!trust) return { tls: { mode: 'impossible' }, ...verdicts };
  const said = subjectAltNames.map((name) => name.hostname ?? name.uri ?? '').filter(Boolean);
  // Names that are said stand in place of the hostname, which then is the SNI only.
  return {
    tls: { mode: 'simple', sni: hostname, subjectAltNames: said.length > 0 ? said : [hostname], trust },
    ...verdicts,
  };
}

interface Found extends Omit<BackendValidation, 'tls'> {
  readonly trust: Trust | undefined;
}

function trustOf(
  { caCertificateRefs = [], wellKnownCACertificates }: Written,
  namespace: string,
  caCertificates: (to: FullReference) => CaCertificates,
  at: string,
): Found {
  if (wellKnownCACertificates !== undefined) return wellKnown(wellKnownCACertificates, at);
  if (caCertificateRefs.length === 0) {
    return { trust: undefined, accepted: no('Invalid', NOBODY, at), resolvedRefs: RESOLVED_REFS };
  }
  const all = caCertificateRefs.map((ref) => caCertificates({ ...ref, namespace }));
  const pem = all.flatMap((one) => ('pem' in one ? [one.pem] : [])).join('');
  const lacking = all.findIndex((one) => 'lacks' in one);
  const resolvedRefs = lacking < 0 ? RESOLVED_REFS : unresolved(all[lacking]!, `${at}.caCertificateRefs[${lacking}]`);
  if (pem === '') return { trust: undefined, accepted: no('NoValidCACertificate', NO_CERTIFICATE, at), resolvedRefs };
  return { trust: { from: 'text', pem }, accepted: ACCEPTED, resolvedRefs };
}

function wellKnown(name: string, at: string): Found {
  if (name === 'System') {
    return { trust: { from: 'system', crl: undefined }, accepted: ACCEPTED, resolvedRefs: RESOLVED_REFS };
  }
  const message = `${name} are not known here: only System is`;
  const accepted = no('Invalid', message, `${at}.wellKnownCACertificates`);
  return { trust: undefined, accepted, resolvedRefs: RESOLVED_REFS };
}

function unresolved(found: CaCertificates, path: string): Verdict {
  if (!('lacks' in found)) return RESOLVED_REFS;
  const reason = found.lacks === 'kind' ? 'InvalidKind' : 'InvalidCACertificateRef';
  return no(reason, found.message, path);
}

const NOBODY = 'says neither caCertificateRefs nor wellKnownCACertificates, so no connection is made';
const NO_CERTIFICATE = 'nobody knows whose certificates are to be believed, so no connection is made';
