import type { z } from 'zod';
import { defineKind } from '../kind.ts';
import type { KubeObject } from '../object.ts';
import { type Deep, object } from '../vocabulary.ts';
import { GATEWAY_API } from './group.ts';
import { checkL4Route, L4_INFORMATIONAL, l4RouteRules } from './l4-route.ts';
import { routeShape } from './route.ts';
import { L4_ROUTE_COSTS } from './route-costs.ts';

const schema = object({ spec: object({ ...routeShape, rules: l4RouteRules }) });

export type UdpRoute = KubeObject<Deep<z.infer<typeof schema>>>;

/** https://gateway-api.sigs.k8s.io/reference/spec/#udproute */
export const udpRouteKind = defineKind({
  ...GATEWAY_API,
  versions: ['v1', 'v1alpha2'],
  kind: 'UDPRoute',
  schema,
  costs: L4_ROUTE_COSTS,
  notApplied: {},
  informational: L4_INFORMATIONAL,
  check: checkL4Route,
});
