import type { z } from 'zod';
import type { Remark } from '../finding.ts';
import { defineKind } from '../kind.ts';
import { isIp } from '../names.ts';
import type { KubeObject, Metadata } from '../object.ts';
import { type Deep, object, optional, text } from '../vocabulary.ts';
import { GATEWAY_API } from './group.ts';
import { checkL4Route, L4_INFORMATIONAL, l4RouteRules } from './l4-route.ts';
import { routeShape } from './route.ts';
import { hostnameCosts, L4_ROUTE_COSTS } from './route-costs.ts';
import { atMost, wildcardHostnameMistake } from './words.ts';

const MOST_HOSTNAMES = 1024;

const schema = object({
  spec: object({
    ...routeShape,
    /** Compared with the SNI. Absent (in old versions only) or empty: every host of the listener. */
    hostnames: optional(atMost(MOST_HOSTNAMES, text(sniMistake))),
    rules: l4RouteRules,
  }),
});

export type TlsRoute = KubeObject<Deep<z.infer<typeof schema>>>;

/** https://gateway-api.sigs.k8s.io/reference/spec/#tlsroute */
export const tlsRouteKind = defineKind({
  ...GATEWAY_API,
  versions: ['v1', 'v1alpha3', 'v1alpha2'],
  kind: 'TLSRoute',
  schema,
  costs: { ...L4_ROUTE_COSTS, ...hostnameCosts(sniMistake, MOST_HOSTNAMES) },
  narrowing: ['spec.hostnames'],
  notApplied: {},
  informational: L4_INFORMATIONAL,
  check: checkTlsRoute,
});

function sniMistake(value: string): string | undefined {
  return isIp(value) ? 'must be a DNS name: nobody sends an address as SNI' : wildcardHostnameMistake(value);
}

function* checkTlsRoute(body: Deep<z.infer<typeof schema>>, metadata: Metadata, version: string): Generator<Remark> {
  yield* checkL4Route(body, metadata, version);
  if (version === 'v1' && !body.spec.hostnames?.length) {
    yield { path: ['spec', 'hostnames'], code: 'missing-field', message: 'is required' };
  }
}
