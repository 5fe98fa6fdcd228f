import type { z } from 'zod';
import { fieldOfType, headerModifier, onlyOnce, requestRedirect } from '../gateway/http-filter.ts';
import { httpRouteMatch, remarksOnMatches } from '../gateway/http-match.ts';
import {
  backendRefShape,
  type FullParent,
  type ParentReference,
  parentOf,
  parentReference,
} from '../gateway/references.ts';
import { hostnames } from '../gateway/route.ts';
import { HTTP_ROUTE_COSTS, ROUTE_NARROWING } from '../gateway/route-costs.ts';
import { atMost, between } from '../gateway/words.ts';
import { defineKind } from '../kind.ts';
import type { KubeObject } from '../object.ts';
import { type Deep, duration, object, oneOf, optional } from '../vocabulary.ts';
import { POLICY } from './policy.ts';

const FIELDS = {
  RequestHeaderModifier: 'requestHeaderModifier',
  ResponseHeaderModifier: 'responseHeaderModifier',
  RequestRedirect: 'requestRedirect',
} as const;

const filter = object({
  type: oneOf(['RequestHeaderModifier', 'ResponseHeaderModifier', 'RequestRedirect']),
  requestHeaderModifier: optional(headerModifier),
  responseHeaderModifier: optional(headerModifier),
  requestRedirect: optional(requestRedirect),
}).check(fieldOfType(FIELDS));

const filters = atMost(16, filter).check(
  onlyOnce(['RequestHeaderModifier', 'ResponseHeaderModifier', 'RequestRedirect']),
);

const rule = object({
  matches: optional(atMost(8, httpRouteMatch)),
  filters: optional(filters),
  backendRefs: optional(atMost(16, object({ ...backendRefShape, filters: optional(filters) }))),
  timeouts: optional(object({ request: optional(duration()), backendRequest: optional(duration()) })),
});

const schema = object({
  spec: object({
    parentRefs: optional(atMost(32, parentReference)),
    hostnames: optional(hostnames(16)),
    rules: optional(between(16, rule)),
  }),
});

export type LinkerdHttpRoute = KubeObject<Deep<z.infer<typeof schema>>>;
export type LinkerdHttpRouteRule = Deep<z.infer<typeof rule>>;
export type LinkerdHttpRouteFilter = Deep<z.infer<typeof filter>>;

/** https://linkerd.io/2/reference/httproute/ */
export const linkerdHttpRouteKind = defineKind({
  ...POLICY,
  versions: ['v1beta3', 'v1beta2', 'v1beta1', 'v1alpha1'],
  kind: 'HTTPRoute',
  schema,
  costs: HTTP_ROUTE_COSTS,
  narrowing: ROUTE_NARROWING,
  notApplied: {},
  check: ({ spec }) => remarksOnMatches(spec.rules),
});

/** Linkerd's own group is what holds for a parent where none is written; it writes `core` for the empty one. */
export function linkerdParentOf(ref: ParentReference, namespace: string): FullParent {
  const group = ref.group === 'core' ? '' : (ref.group ?? POLICY.group);
  return parentOf({ ...ref, group }, namespace);
}
