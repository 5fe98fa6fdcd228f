import { type SecretReference, secretOf } from '../../api/index.ts';
import type { Credentials } from '../../mesh/index.ts';
import type { ServerCertificate } from '../server-tls.ts';
import type { Verdict } from './gateway-api.ts';
import type { ReferenceGrants, Referrer } from './reference-grants.ts';
import { no } from './verdict.ts';

/** What is asked about references to Secrets. */
export interface SecretSource {
  readonly permits: ReferenceGrants['permits'];
  readonly keyPair: Credentials['keyPair'];
}

/**
 * The Secret that a reference means, `namespace/name`, if it has a certificate that a proxy can use; else why not, with
 * `invalid` as the reason. https://gateway-api.sigs.k8s.io/reference/spec/#secretobjectreference
 */
export function secretFor(
  ref: SecretReference,
  from: Referrer,
  { permits, keyPair }: SecretSource,
  invalid: string,
  path: string,
): { readonly namespace: string; readonly name: string } | Verdict {
  const to = secretOf(ref, from.namespace);
  if (!permits(from, to)) {
    const message = `no ReferenceGrant in ${to.namespace} lets a ${from.kind} of ${from.namespace} use ${to.kind} ${to.name}`;
    return no('RefNotPermitted', message, path);
  }
  if (to.group !== '' || to.kind !== 'Secret') {
    return no(invalid, `a certificate is taken from a Secret, not from ${kindName(to)}`, path);
  }
  const found = keyPair(to.namespace, to.name);
  return 'problem' in found ? no(invalid, found.problem, path) : { namespace: to.namespace, name: to.name };
}

/** Those certificates of a list that can be used, and what is wrong with the first of the others. */
export function certificatesFor(
  refs: readonly SecretReference[],
  from: Referrer,
  source: SecretSource,
  pathOf: (at: number) => string,
): { readonly certificates: readonly ServerCertificate[]; readonly failure: Verdict | undefined } {
  const found = refs.map((ref, i) => secretFor(ref, from, source, 'InvalidCertificateRef', pathOf(i)));
  return {
    certificates: found.flatMap((one): readonly ServerCertificate[] =>
      'ok' in one ? [] : [{ from: 'secret', ...one }],
    ),
    failure: found.find((one) => 'ok' in one),
  };
}

export function kindName({ group, kind }: { readonly group: string; readonly kind: string }): string {
  return group === '' ? kind : `${kind} of ${group}`;
}
