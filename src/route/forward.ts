import type { HttpRoute, HttpRouteDestination, Origin } from '../api/index.ts';
import { type Caller, fromDestination } from './destination.ts';
import { fromHeaders, hostFrom } from './headers.ts';
import { originAt, type Position } from './position.ts';
import { fromRewrite } from './rewrite.ts';
import type { Forward, PathMatch, WeightedDestination } from './route.ts';

/** https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPRouteDestination */
export function fromRouteDestinations(
  http: HttpRoute,
  at: Position,
  match: PathMatch | undefined,
  caller: Caller,
): Forward {
  const single = (http.route?.length ?? 0) === 1;
  const weighted = (http.route ?? []).map((destination, i) =>
    fromWeighted(destination, originAt(at, `.route[${i}]`), single, caller),
  );
  return {
    kind: 'forward',
    destinations: weighted.some(({ weight }) => weight > 0) ? weighted : [nothing(at)],
    rewritePath: fromRewrite(http.rewrite, match),
    rewriteHost: http.rewrite?.authority || hostFrom(http.headers),
  };
}

/** A single destination gets everything. Of several, one without weight gets nothing. */
function fromWeighted(
  { destination, weight, headers }: HttpRouteDestination,
  origin: Origin,
  single: boolean,
  caller: Caller,
): WeightedDestination {
  const rewriteHost = hostFrom(headers);
  return {
    to: fromDestination(destination, caller),
    weight: single ? 100 : (weight ?? 0),
    headers: fromHeaders(headers),
    origin,
    ...(rewriteHost !== undefined && { rewriteHost }),
  };
}

/** No destination gets anything: every request is a mistake of the rule. */
function nothing(at: Position): WeightedDestination {
  return { to: { kind: 'broken', status: 500 }, weight: 100, headers: undefined, origin: originAt(at, '.route') };
}
