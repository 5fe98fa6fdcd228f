import type { z } from 'zod';
import type { Remark } from '../finding.ts';
import { type Deep, type Mistake, object, oneOf, optional, rule, show } from '../vocabulary.ts';
import { atMost, atMostLong, headerValue, limited, regexMistake, token, unique } from './words.ts';

/** https://gateway-api.sigs.k8s.io/reference/spec/#httppathmatch */
export const pathMatch = object({
  /** Absent: PathPrefix. */
  type: optional(oneOf(['Exact', 'PathPrefix', 'RegularExpression'])),
  /** Absent: `/`. */
  value: optional(atMostLong(1024)),
}).check(rule(({ type, value = '/' }) => pathMistake(type ?? 'PathPrefix', value)));

const MATCH_TYPE = optional(oneOf(['Exact', 'RegularExpression']));

export const headerMatch = object({
  /** Absent: Exact. */
  type: MATCH_TYPE,
  name: token(),
  value: headerValue(),
}).check(rule(valueMistake));

const queryParamMatch = object({
  type: MATCH_TYPE,
  name: token(),
  value: limited(1024),
}).check(rule(valueMistake));

/** All of it must hold: https://gateway-api.sigs.k8s.io/reference/spec/#httproutematch */
export const httpRouteMatch = object({
  /** Absent: every path. */
  path: optional(pathMatch),
  headers: optional(atMost(16, headerMatch).check(unique('name'))),
  queryParams: optional(atMost(16, queryParamMatch).check(unique('name'))),
  method: optional(oneOf(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH'])),
});

export type HttpRouteMatch = Deep<z.infer<typeof httpRouteMatch>>;
export type HttpPathMatch = Deep<z.infer<typeof pathMatch>>;
export type HttpHeaderMatch = Deep<z.infer<typeof headerMatch>>;
export type HttpQueryParamMatch = Deep<z.infer<typeof queryParamMatch>>;

interface WithMatches {
  readonly matches?: readonly HttpRouteMatch[] | undefined;
}

/** Nobody here tunnels: an Envoy answers CONNECT with 404, for only a route about tunnels takes it. */
export function* remarksOnMatches(rules: readonly WithMatches[] = []): Generator<Remark> {
  for (const [i, { matches = [] }] of rules.entries()) {
    for (const [j, { method }] of matches.entries()) {
      if (method !== 'CONNECT') continue;
      const path = ['spec', 'rules', i, 'matches', j, 'method'];
      yield {
        path,
        severity: 'notice',
        code: 'not-applied',
        message: 'CONNECT is not applied: no tunnel is opened, and no request fits',
      };
    }
  }
}

/** What a path match means, with all that it may leave out. */
export function pathOf({ path }: HttpRouteMatch): { readonly type: PathType; readonly value: string } {
  return { type: path?.type ?? 'PathPrefix', value: path?.value ?? '/' };
}

export type PathType = 'Exact' | 'PathPrefix' | 'RegularExpression';

function pathMistake(type: PathType, value: string): Mistake | undefined {
  const wrong = type === 'RegularExpression' ? regexMistake(value) : plainPathMistake(value);
  return wrong === undefined ? undefined : { path: ['value'], message: wrong };
}

function plainPathMistake(value: string): string | undefined {
  if (!value.startsWith('/')) return `must begin with /, not ${show(value)}`;
  const part = NEVER_ASKED_FOR.find((text) => value.includes(text)) ?? ENDS.find((text) => value.endsWith(text));
  if (part !== undefined) return `must not have ${part} in it, not ${show(value)}`;
  return PATH.test(value) ? undefined : `must have only characters of a path (others as %20), not ${show(value)}`;
}

/** Paths arrive normalized: without these. */
const NEVER_ASKED_FOR = ['//', '/./', '/../', '%2f', '%2F', '#'];
const ENDS = ['/..', '/.'];
/** https://datatracker.ietf.org/doc/html/rfc3986#section-3.3 */
const PATH = /^(?:[-\w/.~!$&'()*+,;=:@]|%[0-9a-fA-F]{2})+$/;

interface Valued {
  readonly type?: string | undefined;
  readonly value: string;
}

export function valueMistake({ type, value }: Valued): Mistake | undefined {
  const wrong = type === 'RegularExpression' ? regexMistake(value) : undefined;
  return wrong === undefined ? undefined : { path: ['value'], message: wrong };
}
