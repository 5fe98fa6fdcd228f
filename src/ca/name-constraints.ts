import type { Certificate } from './certificate.ts';
import { bytesOf, context, type Der, decode, partsOf, TAG, tagOf } from './der.ts';

/**
 * Whether an authority may speak for a workload: https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1.10, for URIs, whose
 * host is the trust domain here. Constraints on names of other forms say nothing about a certificate that has none of them.
 */
export function allowsName(authority: Certificate, trustDomain: string): boolean {
  const constraints = authority.extensions.nameConstraints;
  if (!constraints) return true;
  const parts = partsOf(decode(constraints), TAG.sequence, 'name constraints');
  const permitted = hostsOf(parts, 0);
  const excluded = hostsOf(parts, 1);
  const matches = (host: string): boolean => isWithin(trustDomain, host);
  return !excluded.some(matches) && (permitted.length === 0 || permitted.some(matches));
}

/** Whether a certificate has names, besides its URI, that constraints could be about. Those are not checked here. */
export function hasOtherNames({ extensions, subjectName }: Certificate): boolean {
  return extensions.names.others.length > 0 || subjectName.value.length > 0;
}

const URI = context(6);

function hostsOf(parts: readonly Der[], list: number): string[] {
  const trees = parts.find((part) => tagOf(part) === context(list));
  if (!trees) return [];
  return partsOf(trees, context(list), 'name constraints')
    .map((tree) => partsOf(tree, TAG.sequence, 'name constraint')[0])
    .filter((name) => name !== undefined && tagOf(name) === URI)
    .map((name) => bytesOf(name, URI, 'name constraint').toString('latin1').toLowerCase());
}

/** `.example.com` is every host below; `example.com` is that host alone. */
function isWithin(host: string, constraint: string): boolean {
  return constraint.startsWith('.') ? host.endsWith(constraint) : host === constraint;
}
