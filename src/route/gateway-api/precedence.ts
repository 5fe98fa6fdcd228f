import { type GrpcRouteMatch, type HttpRouteMatch, pathOf } from '../../api/index.ts';
import type { Match, Route } from '../route.ts';
import { withoutEnd } from './match.ts';

/** A route, and what decides which of several that match is taken: the larger number, the first before the next. */
export interface Ranked<R = Route> {
  readonly rank: readonly number[];
  readonly route: R;
}

/**
 * By the closest match. Among equals the order stays as it is: the older object, then the order in it.
 * https://gateway-api.sigs.k8s.io/reference/spec/#httprouterule
 */
export function byPrecedence<R = Route>(routes: readonly Ranked<R>[]): readonly R[] {
  return routes.toSorted(compareRanks).map(({ route }) => route);
}

/** Regular expressions, of which the specification says nothing, stand between exact paths and prefixes. */
export function rankOfHttp(written: HttpRouteMatch, { headers, queryParams }: Match): readonly number[] {
  const { type, value } = pathOf(written);
  const path = type === 'PathPrefix' ? withoutEnd(value) : value;
  const method = written.method === undefined ? 0 : 1;
  return [PATHS[type], path.length, method, headers.length - method, queryParams.length];
}

const PATHS = { Exact: 2, RegularExpression: 1, PathPrefix: 0 };

/** https://gateway-api.sigs.k8s.io/reference/spec/#grpcrouterule */
export function rankOfGrpc({ method }: GrpcRouteMatch, { headers }: Match): readonly number[] {
  return [method?.service?.length ?? 0, method?.method?.length ?? 0, headers.length];
}

function compareRanks({ rank: a }: Pick<Ranked, 'rank'>, { rank: b }: Pick<Ranked, 'rank'>): number {
  const differs = a.findIndex((part, i) => part !== b[i]);
  return differs < 0 ? 0 : (b[differs] ?? 0) - a[differs]!;
}
