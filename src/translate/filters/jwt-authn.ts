import type { TokenRule } from '../../policy/index.ts';
import { type HttpFilter, type JwtProvider, type JwtRequirement, pack } from '../../proto/index.ts';
import { keySetFor } from './key-set.ts';
import { JWT_AUTHN, PAYLOAD } from './rbac/metadata.ts';

/**
 * Tokens: who has one must have a good one; who has none may pass, and is nobody.
 * https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/jwt_authn_filter
 */
export function jwtAuthn(rules: readonly TokenRule[], { routesByClaims = false } = {}): readonly HttpFilter[] {
  if (rules.length === 0) return [];
  const names = rules.map((_, i) => `origins-${i}`);
  const typedConfig = pack('envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication', {
    providers: Object.fromEntries(rules.map((rule, i) => [names[i]!, provider(rule, routesByClaims)])),
    rules: [{ match: { prefix: '/' }, requires: requirement(names) }],
    // A browser sends no token with them.
    bypassCorsPreflight: true,
  });
  return [{ name: JWT_AUTHN, typedConfig }];
}

/**
 * Every token that is there must be good for its own rule; or, for rules that look for tokens in the same place, good
 * for one of them.
 */
function requirement(names: readonly string[]): JwtRequirement {
  const each = names.map(
    (providerName): JwtRequirement => ({ requiresAny: { requirements: [{ providerName }, { allowMissing: {} }] } }),
  );
  if (each.length === 1) return each[0]!;
  const anyOne = names.map((providerName): JwtRequirement => ({ providerName }));
  return { requiresAny: { requirements: [...anyOne, { requiresAll: { requirements: each } }] } };
}

function provider(rule: TokenRule, clearRouteCache: boolean): JwtProvider {
  const { issuer, audiences, fromHeaders, fromParams, fromCookies, outputClaimToHeaders } = rule;
  return {
    issuer,
    audiences,
    localJwks: { inlineString: keySetFor(rule.jwks) },
    fromHeaders: fromHeaders.map(({ name, prefix }) => ({ name, valuePrefix: prefix })),
    fromParams,
    fromCookies,
    forward: rule.forwardOriginalToken,
    forwardPayloadHeader: rule.outputPayloadToHeader,
    claimToHeaders: outputClaimToHeaders.map(({ header, claim }) => ({ headerName: header, claimName: claim })),
    // Where authorization and routes look for claims.
    payloadInMetadata: PAYLOAD,
    normalizePayloadInMetadata: { spaceDelimitedClaims: listClaims(rule) },
    clearRouteCache: clearRouteCache || undefined,
  };
}

/** The first two are lists by their own standards: https://datatracker.ietf.org/doc/html/rfc8693#section-4.2 */
function listClaims({ spaceDelimitedClaims = [] }: TokenRule): readonly string[] {
  return [...new Set(['scope', 'permission', ...spaceDelimitedClaims])];
}
