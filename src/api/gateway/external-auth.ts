import type { z } from 'zod';
import { type Deep, object, oneOf, optional, rule, text, wholeNumber } from '../vocabulary.ts';
import { backendObjectReference } from './references.ts';
import { atMost, noneTwice } from './words.ts';

const headerNames = () => atMost(64, text()).check(noneTwice());

/** Somebody who is asked whether a request may go on: https://gateway-api.sigs.k8s.io/reference/spec/#httpexternalauthfilter */
export const externalAuth = object({
  protocol: oneOf(['HTTP', 'GRPC']),
  backendRef: backendObjectReference,
  grpc: optional(object({ allowedHeaders: optional(headerNames()) })),
  http: optional(
    object({
      /** Stands before the path of the request. */
      path: optional(text(pathMistake)),
      allowedHeaders: optional(headerNames()),
      allowedResponseHeaders: optional(headerNames()),
    }),
  ),
  /** Absent, or 0: the body is not shown. */
  forwardBody: optional(object({ maxSize: optional(wholeNumber(0, 65_535)) })),
}).check(
  rule(({ protocol, grpc, http }) => {
    const [wanted, other] = protocol === 'GRPC' ? [grpc, http] : [http, grpc];
    const [name, otherName] = protocol === 'GRPC' ? ['grpc', 'http'] : ['http', 'grpc'];
    if (other) return { path: [otherName], code: 'conflict', message: `must not stand beside protocol ${protocol}` };
    return wanted
      ? undefined
      : { path: [name], code: 'missing-field', message: `is required for protocol ${protocol}; it may be empty: {}` };
  }),
);

export type HttpExternalAuth = Deep<z.infer<typeof externalAuth>>;

function pathMistake(value: string): string | undefined {
  return value.length <= 1024 && /^(?:[-\w/.~!$&'()*+,;=:@]|%[0-9a-fA-F]{2})+$/.test(value)
    ? undefined
    : 'must be a path';
}
