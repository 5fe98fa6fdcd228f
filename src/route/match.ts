import { type HttpMatchRequest, parseClaimName } from '../api/index.ts';
import type { ClaimMatch, HeaderMatch, Match, PathMatch, QueryParamMatch, StringMatch } from './route.ts';

type UserMatch = NonNullable<HttpMatchRequest['uri']>;

/** Any request. */
export const ANY: Match = { path: undefined, ignoreCase: false, headers: [], queryParams: [] };

/**
 * What a request must look like.
 * https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPMatchRequest
 */
export function fromMatch(match: HttpMatchRequest): Match {
  const claims = [...namedClaims(match.headers, false), ...namedClaims(match.withoutHeaders, true)];
  return {
    path: match.uri && pathMatch(match.uri),
    ignoreCase: match.ignoreUriCase ?? false,
    headers: [
      ...[...namedHeaders(match.headers, false), ...namedHeaders(match.withoutHeaders, true)].sort(byName),
      ...pseudoHeader(':method', match.method),
      ...pseudoHeader(':authority', match.authority),
      ...pseudoHeader(':scheme', match.scheme),
    ],
    queryParams: Object.entries(match.queryParams ?? {})
      .map(([name, value]): QueryParamMatch => ({ name, value: valueMatch(value) }))
      .sort(byName),
    ...(claims.length > 0 && { claims }),
  };
}

/** Every request: nothing after such a match can be reached. */
export function isCatchAll({ path, headers, queryParams, claims = [] }: Match): boolean {
  if (headers.length > 0 || queryParams.length > 0 || claims.length > 0) return false;
  if (path === undefined) return true;
  return path.kind === 'regex' ? path.value === '.*' : path.kind !== 'exact' && path.value === '/';
}

/** JWT claims are written as if they were headers: https://istio.io/latest/docs/tasks/security/authentication/jwt-route/ */
export function asksForClaims({ headers, withoutHeaders }: HttpMatchRequest): boolean {
  return [...Object.keys(headers ?? {}), ...Object.keys(withoutHeaders ?? {})].some(parseClaimName);
}

function pathMatch({ exact, prefix, regex }: UserMatch): PathMatch | undefined {
  if (exact !== undefined) return { kind: 'exact', value: exact };
  if (regex !== undefined) return { kind: 'regex', value: regex };
  return prefix ? { kind: 'string-prefix', value: prefix } : undefined;
}

/** Nothing, the prefix of everything, and the word `*` where a regular expression should be: any value will do. */
function valueMatch({ exact, prefix, regex }: UserMatch): StringMatch | { readonly kind: 'present' } {
  if (exact !== undefined) return { kind: 'exact', value: exact };
  if (prefix) return { kind: 'prefix', value: prefix };
  if (regex && regex !== '*') return { kind: 'regex', value: regex };
  return { kind: 'present' };
}

function namedHeaders(headers: HttpMatchRequest['headers'], invert: boolean): HeaderMatch[] {
  return Object.entries(headers ?? {})
    .filter(([name]) => !parseClaimName(name))
    .map(([name, value]) => headerMatch(name, value, invert));
}

function namedClaims(headers: HttpMatchRequest['headers'], invert: boolean): readonly ClaimMatch[] {
  return Object.entries(headers ?? {}).flatMap(([name, value]) => {
    const path = parseClaimName(name);
    return path ? [{ path, value: valueMatch(value), invert }] : [];
  });
}

function pseudoHeader(name: string, value: UserMatch | undefined): HeaderMatch[] {
  return value ? [headerMatch(name, value, false)] : [];
}

function headerMatch(name: string, value: UserMatch, invert: boolean): HeaderMatch {
  return { name, value: valueMatch(value), invert, absentMatches: invert, ignoreCase: false };
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}
