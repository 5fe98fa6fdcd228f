import type { z } from 'zod';
import { type Deep, object, oneOf, optional, rule, text } from '../vocabulary.ts';
import { fieldOfType } from './http-filter.ts';
import { localReference } from './references.ts';
import { atMost, hostname, wildcardHostname } from './words.ts';

const subjectAltName = object({
  type: oneOf(['Hostname', 'URI']),
  hostname: optional(wildcardHostname()),
  uri: optional(
    text((value) => (value.length <= 253 && URI.test(value) ? undefined : 'must be a URI like spiffe://example.com/a')),
  ),
}).check(fieldOfType({ Hostname: 'hostname', URI: 'uri' }));

/** How the certificate of a backend is looked at: https://gateway-api.sigs.k8s.io/reference/spec/#backendtlspolicyvalidation */
export const backendValidation = object({
  /** ConfigMaps in the same namespace, with `ca.crt`. */
  caCertificateRefs: optional(atMost(8, localReference)),
  /** System: those that the proxy's machine believes. */
  wellKnownCACertificates: optional(
    text((value) => (value.length <= 253 && WELL_KNOWN.test(value) ? undefined : 'must be System')),
  ),
  /** The SNI; and what the certificate must be about, unless subjectAltNames say that. */
  hostname: hostname(),
  subjectAltNames: optional(atMost(5, subjectAltName)),
}).check(
  rule(({ caCertificateRefs = [], wellKnownCACertificates }) => {
    const count = (caCertificateRefs.length > 0 ? 1 : 0) + (wellKnownCACertificates === undefined ? 0 : 1);
    if (count === 1) return undefined;
    return `must have ${count === 0 ? '' : 'only '}one of caCertificateRefs, wellKnownCACertificates`;
  }),
);

export type BackendValidation = Deep<z.infer<typeof backendValidation>>;
export type SubjectAltName = Deep<z.infer<typeof subjectAltName>>;

const URI = /^[^:/?#]+:\/\/[^/?#]*[^?#]*(\?[^#]*)?(#.*)?/;
const WELL_KNOWN =
  /^(System|([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\/([A-Za-z0-9][-\w.]{0,61})?[A-Za-z0-9]))$/;
