import type { MetadataMatch, TextMatch } from '../../../policy/index.ts';
import type { MetadataMatcher, StringMatcher } from '../../../proto/index.ts';
import { SOMETHING, textMatcher } from './text.ts';

export const JWT_AUTHN = 'envoy.filters.http.jwt_authn';

/** Under which that filter leaves the claims of a token that it has accepted. */
export const PAYLOAD = 'payload';

/** A claim that is this text, or a list with it. */
export function claimMatcher(path: readonly string[], match: StringMatcher): MetadataMatcher {
  const one = { stringMatch: match };
  return {
    filter: JWT_AUTHN,
    path: [PAYLOAD, ...path].map((key) => ({ key })),
    value: { orMatch: { valueMatchers: [one, { listMatch: { oneOf: one } }] } },
  };
}

/** What some other filter has said of the request. */
export function filterMatcher(filter: string, key: string, match: MetadataMatch): MetadataMatcher {
  const value =
    match.kind === 'in-list'
      ? { listMatch: { oneOf: { stringMatch: textMatcher(match.match) } } }
      : { stringMatch: textMatcher(match) };
  return { filter, path: [{ key }], value };
}

/** A route that says it is this one. */
export function routeMatcher(route: string): MetadataMatcher {
  return { filter: ROUTES, path: [{ key: NAME }], value: { stringMatch: { exact: route } } };
}

/** With this a route says which one it is. */
export function routeMetadata(route: string): Readonly<Record<string, Readonly<Record<string, string>>>> {
  return { [ROUTES]: { [NAME]: route } };
}

const ROUTES = 'pharos.dev/routes';
const NAME = 'route';

/** Who a token says its bearer is. Both must hold. */
export interface Bearer {
  readonly issuer: MetadataMatcher;
  readonly subject: MetadataMatcher;
}

/**
 * The ways in which `<issuer>/<subject>` can match. Envoy knows the two only apart, and each of them may itself hold
 * slashes: the text is taken apart at every one.
 */
export function bearers(match: TextMatch): readonly Bearer[] {
  switch (match.kind) {
    case 'present':
      return [bearer(SOMETHING, SOMETHING)];
    case 'exact':
      return splits(match.value).map(([issuer, subject]) => bearer({ exact: issuer }, { exact: subject }));
    case 'prefix':
      return [
        bearer(textMatcher(match), SOMETHING),
        ...splits(match.value).map(([issuer, subject]) =>
          bearer({ exact: issuer }, textMatcher({ kind: 'prefix', value: subject })),
        ),
      ];
    case 'suffix':
      return [
        bearer(SOMETHING, textMatcher(match)),
        ...splits(match.value).map(([issuer, subject]) =>
          bearer(textMatcher({ kind: 'suffix', value: issuer }), { exact: subject }),
        ),
      ];
    case 'regex':
      throw new Error(`no policy language has regular expressions for request principals: ${match.value}`);
  }
}

function bearer(issuer: StringMatcher, subject: StringMatcher): Bearer {
  return { issuer: textClaim('iss', issuer), subject: textClaim('sub', subject) };
}

function textClaim(claim: string, stringMatch: StringMatcher): MetadataMatcher {
  return { filter: JWT_AUTHN, path: [{ key: PAYLOAD }, { key: claim }], value: { stringMatch } };
}

function splits(text: string): readonly (readonly [issuer: string, subject: string])[] {
  return [...text.matchAll(/\//g)].map(({ index }) => [text.slice(0, index), text.slice(index + 1)]);
}
