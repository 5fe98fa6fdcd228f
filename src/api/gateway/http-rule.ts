import type { z } from 'zod';
import type { Path } from '../path.ts';
import { type Deep, list, type Mistake, object, optional, rule, wholeNumber } from '../vocabulary.ts';
import { type HttpRouteFilter, httpRouteFilters } from './http-filter.ts';
import { type HttpRouteMatch, httpRouteMatch, pathOf } from './http-match.ts';
import { backendRefShape, portOfService } from './references.ts';
import { fewMatches } from './route.ts';
import { sessionPersistence } from './session-persistence.ts';
import { atMost, between, gatewayDuration, gatewayDurationMs, noneTwice, sectionName, unique } from './words.ts';

/** https://gateway-api.sigs.k8s.io/reference/spec/#httpbackendref */
const httpBackendRef = object({ ...backendRefShape, filters: optional(httpRouteFilters) }).check(portOfService());

/** Absent: none. `0s`: none either, whatever would hold without it. */
export const timeouts = object({
  /** From the whole request to the whole answer, with all tries. */
  request: optional(gatewayDuration()),
  /** Of one try. */
  backendRequest: optional(gatewayDuration()),
}).check(
  rule(({ request, backendRequest }) => {
    if (request === undefined || backendRequest === undefined) return undefined;
    const most = gatewayDurationMs(request);
    return most === 0 || gatewayDurationMs(backendRequest) <= most
      ? undefined
      : { path: ['backendRequest'], message: `must not be longer than request (${request}), not ${backendRequest}` };
  }),
);

const retry = object({
  /** Statuses of answers. */
  codes: optional(list(wholeNumber(400, 599)).check(noneTwice())),
  attempts: optional(wholeNumber(1, 2_147_483_647)),
  backoff: optional(gatewayDuration()),
});

/** https://gateway-api.sigs.k8s.io/reference/spec/#httprouterule */
const httpRouteRule = object({
  name: optional(sectionName()),
  /** One of them must hold. Absent: every request. */
  matches: optional(atMost(64, httpRouteMatch)),
  filters: optional(httpRouteFilters),
  /** None, and no filter that answers: 500. */
  backendRefs: optional(atMost(16, httpBackendRef)),
  timeouts: optional(timeouts),
  retry: optional(retry),
  sessionPersistence: optional(sessionPersistence),
}).check(
  rule(({ filters = [], backendRefs = [] }) =>
    backendRefs.length > 0 && filters.some(({ type }) => type === 'RequestRedirect')
      ? { path: ['backendRefs'], code: 'conflict', message: 'must not stand beside a filter RequestRedirect' }
      : undefined,
  ),
  rule(prefixMistakes),
);

export const httpRouteRules = between(16, httpRouteRule).check(unique('name'), fewMatches(1));

export type HttpRouteRule = Deep<z.infer<typeof httpRouteRule>>;
export type HttpBackendRef = Deep<z.infer<typeof httpBackendRef>>;
export type HttpRouteTimeouts = Deep<z.infer<typeof timeouts>>;
export type HttpRouteRetry = Deep<z.infer<typeof retry>>;

interface Rule {
  readonly matches?: readonly HttpRouteMatch[] | undefined;
  readonly filters?: readonly HttpRouteFilter[] | undefined;
  readonly backendRefs?: readonly { readonly filters?: readonly HttpRouteFilter[] | undefined }[] | undefined;
}

/** A prefix can be replaced where it is known: the one match is by it. */
function prefixMistakes({ matches = [{}], filters = [], backendRefs = [] }: Rule): readonly Mistake[] {
  if (matches.length === 1 && pathOf(matches[0]!).type === 'PathPrefix') return [];
  const inBackends = backendRefs.flatMap((backend, i) =>
    replacementsIn(backend.filters ?? []).map((path) => ['backendRefs', i, 'filters', ...path]),
  );
  const all: readonly Path[] = [...replacementsIn(filters).map((path) => ['filters', ...path]), ...inBackends];
  const message = 'must not be there unless the rule has one match, and that one by PathPrefix';
  return all.map((path) => ({ path, code: 'conflict', message }));
}

function replacementsIn(filters: readonly HttpRouteFilter[]): readonly Path[] {
  return filters.flatMap((filter, i) =>
    (['requestRedirect', 'urlRewrite'] as const)
      .filter((field) => filter[field]?.path?.replacePrefixMatch !== undefined)
      .map((field) => [i, field, 'path', 'replacePrefixMatch']),
  );
}

/** The matches of a rule: without any, one that every request fits. */
export function matchesOf<M = HttpRouteMatch>({
  matches,
}: {
  readonly matches?: readonly M[] | undefined;
}): readonly M[] {
  return matches?.length ? matches : [{} as M];
}
