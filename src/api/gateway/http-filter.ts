import type { z } from 'zod';
import { type Deep, object, oneOf, optional, portNumber, rule, text, wholeNumber } from '../vocabulary.ts';
import { externalAuth } from './external-auth.ts';
import { cors } from './http-cors.ts';
import { backendObjectReference, localReference } from './references.ts';
import { atMost, atMostLong, headerValue, hostname, noneTwice, token, unique } from './words.ts';

const header = object({ name: token(), value: headerValue() });

/** https://gateway-api.sigs.k8s.io/reference/spec/#httpheaderfilter */
export const headerModifier = object({
  set: optional(atMost(16, header).check(unique('name'))),
  add: optional(atMost(16, header).check(unique('name'))),
  remove: optional(atMost(16, text()).check(noneTwice())),
});

/** https://gateway-api.sigs.k8s.io/reference/spec/#httprequestmirrorfilter */
export const requestMirror = object({
  backendRef: backendObjectReference,
  /** Absent, and no fraction either: all requests. */
  percent: optional(wholeNumber(0, 100)),
  fraction: optional(
    object({
      numerator: wholeNumber(0, 2_147_483_647),
      /** Absent: 100. */
      denominator: optional(wholeNumber(1, 2_147_483_647)),
    }).check(
      rule(({ numerator, denominator = 100 }) =>
        numerator <= denominator || denominator < 1
          ? undefined
          : { path: ['numerator'], message: `must not be more than the denominator ${denominator}, not ${numerator}` },
      ),
    ),
  ),
}).check(
  rule(({ percent, fraction }) =>
    percent !== undefined && fraction ? 'must have only one of percent, fraction' : undefined,
  ),
);

const PATH_FIELDS = { ReplaceFullPath: 'replaceFullPath', ReplacePrefixMatch: 'replacePrefixMatch' } as const;

/** https://gateway-api.sigs.k8s.io/reference/spec/#httppathmodifier */
const pathModifier = object({
  type: oneOf(['ReplaceFullPath', 'ReplacePrefixMatch']),
  replaceFullPath: optional(atMostLong(1024)),
  replacePrefixMatch: optional(atMostLong(1024)),
}).check(fieldOfType(PATH_FIELDS));

export const requestRedirect = object({
  scheme: optional(oneOf(['http', 'https'])),
  hostname: optional(hostname()),
  path: optional(pathModifier),
  port: optional(portNumber()),
  /** Absent: 302. */
  statusCode: optional(oneOf([301, 302, 303, 307, 308])),
});

const urlRewrite = object({ hostname: optional(hostname()), path: optional(pathModifier) });

/** The field that belongs to each type: it must be there, and no other. */
const FIELDS = {
  RequestHeaderModifier: 'requestHeaderModifier',
  ResponseHeaderModifier: 'responseHeaderModifier',
  RequestMirror: 'requestMirror',
  RequestRedirect: 'requestRedirect',
  URLRewrite: 'urlRewrite',
  CORS: 'cors',
  ExternalAuth: 'externalAuth',
  ExtensionRef: 'extensionRef',
} as const;

const filter = object({
  type: oneOf([
    'RequestHeaderModifier',
    'ResponseHeaderModifier',
    'RequestMirror',
    'RequestRedirect',
    'URLRewrite',
    'CORS',
    'ExternalAuth',
    'ExtensionRef',
  ]),
  requestHeaderModifier: optional(headerModifier),
  responseHeaderModifier: optional(headerModifier),
  requestMirror: optional(requestMirror),
  requestRedirect: optional(requestRedirect),
  urlRewrite: optional(urlRewrite),
  cors: optional(cors),
  externalAuth: optional(externalAuth),
  /** Something of another program. */
  extensionRef: optional(localReference),
}).check(fieldOfType(FIELDS));

/** https://gateway-api.sigs.k8s.io/reference/spec/#httproutefilter */
export const httpRouteFilters = atMost(16, filter).check(
  onlyOnce(['RequestHeaderModifier', 'ResponseHeaderModifier', 'RequestRedirect', 'URLRewrite', 'CORS']),
  rule((filters) => {
    const rewrite = filters.findIndex(({ type }) => type === 'URLRewrite');
    const both = rewrite >= 0 && filters.some(({ type }) => type === 'RequestRedirect');
    return both ? { path: [rewrite], code: 'conflict', message: 'must not stand beside RequestRedirect' } : undefined;
  }),
);

export type HttpRouteFilter = Deep<z.infer<typeof filter>>;
export type HttpHeaderModifier = Deep<z.infer<typeof headerModifier>>;
export type HttpRequestMirror = Deep<z.infer<typeof requestMirror>>;
export type HttpRequestRedirect = Deep<z.infer<typeof requestRedirect>>;
export type HttpUrlRewrite = Deep<z.infer<typeof urlRewrite>>;
export type HttpPathModifier = Deep<z.infer<typeof pathModifier>>;

/** Of several fields the one that `type` names must be there, and no other. */
export function fieldOfType<T extends { readonly type: string }>(
  fields: Readonly<Record<string, string>>,
): z.core.CheckFn<T> {
  return rule((value: T) => {
    const there = (field: string) => (value as Readonly<Record<string, unknown>>)[field] !== undefined;
    const wanted = fields[value.type]!;
    if (!there(wanted)) {
      return { path: [wanted], code: 'missing-field', message: `is required for type ${value.type}` };
    }
    const other = Object.values(fields).find((field) => field !== wanted && there(field));
    return other === undefined
      ? undefined
      : { path: [other], code: 'conflict', message: `must not stand beside type ${value.type}` };
  });
}

export function onlyOnce<T extends { readonly type: string }>(types: readonly string[]): z.core.CheckFn<T[]> {
  return rule((filters: T[]) =>
    filters.flatMap(({ type }, i) =>
      types.includes(type) && filters.slice(0, i).some((other) => other.type === type)
        ? [{ path: [i], code: 'duplicate', message: `${type} must be there only once` }]
        : [],
    ),
  );
}
