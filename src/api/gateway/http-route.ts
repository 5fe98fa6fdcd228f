import type { z } from 'zod';
import { defineKind } from '../kind.ts';
import type { KubeObject } from '../object.ts';
import { type Deep, object, optional } from '../vocabulary.ts';
import { GATEWAY_API } from './group.ts';
import { remarksOnMatches } from './http-match.ts';
import { httpRouteRules } from './http-rule.ts';
import { hostnames, routeShape } from './route.ts';
import { HTTP_ROUTE_COSTS, ROUTE_NARROWING } from './route-costs.ts';
import { remarksOnSessions } from './session-persistence.ts';

const schema = object({
  spec: object({
    ...routeShape,
    /** Absent or empty: every host of the listener. */
    hostnames: optional(hostnames(16)),
    /** Absent: one for every request, without backends. */
    rules: optional(httpRouteRules),
  }),
});

export type KubernetesHttpRoute = KubeObject<Deep<z.infer<typeof schema>>>;

/** https://gateway-api.sigs.k8s.io/reference/spec/#httproute */
export const httpRouteKind = defineKind({
  ...GATEWAY_API,
  versions: ['v1', 'v1beta1'],
  kind: 'HTTPRoute',
  schema,
  costs: HTTP_ROUTE_COSTS,
  narrowing: ROUTE_NARROWING,
  notApplied: {},
  *check({ spec }) {
    yield* remarksOnSessions(spec.rules);
    yield* remarksOnMatches(spec.rules);
  },
});
