import type {
  HeaderMatcher,
  MetadataMatcher,
  QueryParameterMatcher,
  RouteMatch,
  StringMatcher,
} from '../../proto/index.ts';
import type { ClaimMatch, HeaderMatch, Match, PathMatch, QueryParamMatch, StringMatch } from '../../route/index.ts';
import { claimMatcher } from '../filters/index.ts';

/** https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/route/v3/route_components.proto#config-route-v3-routematch */
export function buildMatch(match: Match): RouteMatch {
  const { path, headers, queryParams, claims = [] } = match;
  const asksForMore = path !== undefined || [headers, queryParams, claims].some((list) => list.length > 0);
  return {
    ...buildPath(path),
    caseSensitive: asksForMore ? !match.ignoreCase : undefined,
    headers: headers.length > 0 ? headers.map(buildHeader) : undefined,
    queryParameters: queryParams.length > 0 ? queryParams.map(buildQueryParameter) : undefined,
    dynamicMetadata: claims.length > 0 ? claims.map(buildClaim) : undefined,
  };
}

function buildPath(path: PathMatch | undefined): RouteMatch {
  switch (path?.kind) {
    case undefined:
      return { prefix: '/' };
    case 'exact':
      return { path: path.value };
    case 'string-prefix':
      return { prefix: path.value };
    case 'segment-prefix':
      return buildSegmentPrefix(path.value);
    case 'regex':
      return { safeRegex: { regex: path.value } };
  }
}

/** Envoy takes no path_separated_prefix that ends with a slash. */
function buildSegmentPrefix(value: string): RouteMatch {
  const trimmed = value.replace(/\/+$/, '');
  return trimmed === '' ? { prefix: '/' } : { pathSeparatedPrefix: trimmed };
}

function buildHeader({ name, value, invert, absentMatches, ignoreCase }: HeaderMatch): HeaderMatcher {
  const invertMatch = invert || undefined;
  if (value.kind === 'present') return { name, presentMatch: true, invertMatch };
  return {
    name,
    stringMatch: buildStringMatch(value, ignoreCase),
    invertMatch,
    treatMissingHeaderAsEmpty: (invert && absentMatches) || undefined,
  };
}

function buildQueryParameter({ name, value }: QueryParamMatch): QueryParameterMatcher {
  return value.kind === 'present' ? { name, presentMatch: true } : { name, stringMatch: buildStringMatch(value) };
}

/** What the filter that verifies tokens has found. */
function buildClaim({ path, value, invert }: ClaimMatch): MetadataMatcher {
  const matcher = value.kind === 'present' ? { safeRegex: { regex: '.+' } } : buildStringMatch(value);
  return { ...claimMatcher(path, matcher), invert: invert || undefined };
}

export function buildStringMatch({ kind, value }: StringMatch, ignoreCase = false): StringMatcher {
  switch (kind) {
    case 'exact':
      return { exact: value, ignoreCase: ignoreCase || undefined };
    case 'prefix':
      return { prefix: value, ignoreCase: ignoreCase || undefined };
    case 'regex':
      return { safeRegex: { regex: value } };
  }
}
