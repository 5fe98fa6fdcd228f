import type { Origin } from '../mesh/index.ts';
import type { HttpCall, TokenRule } from '../policy/index.ts';
import { type FoundToken, tokensIn } from './token-places.ts';
import { type Claims, refusalOf, type Verified, verifyToken } from './verify-token.ts';

/** What the proxy's token filter makes of a request. */
export type TokenAnswer =
  | { readonly claims: HttpCall['claims']; readonly headers: HttpCall['headers'] }
  | { readonly refused: Origin; readonly status: 401 | 403; readonly why: string };

/**
 * One good token is enough, and the first rule that takes it says what it says. Without one, the request passes only if
 * no rule finds any. `said`: claims to take for those of a token that is signed well, wherever it stands.
 */
export async function readTokens(
  request: Pick<HttpCall, 'method' | 'path' | 'headers'>,
  said: Claims | undefined,
  rules: readonly TokenRule[],
  now: Date,
): Promise<TokenAnswer> {
  const { headers } = request;
  if (isPreflight(request)) return { claims: undefined, headers };
  const tried = (await Promise.all(rules.map((rule) => tryRule(request, said, rule, now)))).flat();
  const good = tried.find((one) => 'claims' in one.found);
  if (good) {
    const claims = (good.found as { readonly claims: Claims }).claims;
    const lists = withLists(claims, good.rule.spaceDelimitedClaims ?? []);
    return { claims: lists, headers: headersAfter(headers, rules, { ...good, claims }) };
  }
  const bad = tried.flatMap(({ rule, found }) => ('mistake' in found ? [{ rule, ...found }] : []));
  // A token of another issuer may be another rule's: what that one says of it tells more.
  const worst = bad.find(({ kind }) => kind !== 'other-issuer') ?? bad[0];
  if (!worst) return { claims: undefined, headers: headersAfter(headers, rules, undefined) };
  return {
    refused: worst.rule.origin,
    status: worst.kind === 'audience' ? 403 : 401,
    why: `the token ${worst.mistake}`,
  };
}

/** https://fetch.spec.whatwg.org/#cors-preflight-request: a browser sends no token with them. */
function isPreflight({ method, headers }: Pick<HttpCall, 'method' | 'headers'>): boolean {
  return method === 'OPTIONS' && Boolean(headers['origin'] && headers['access-control-request-method']);
}

interface Tried {
  readonly rule: TokenRule;
  readonly token: FoundToken | undefined;
  readonly found: Verified;
}

async function tryRule(
  request: Pick<HttpCall, 'path' | 'headers'>,
  said: Claims | undefined,
  rule: TokenRule,
  now: Date,
): Promise<readonly Tried[]> {
  const tokens = tokensIn(request, rule);
  const read = tokens.map(async (token) => ({ rule, token, found: await verifyToken(token.text, rule, now) }));
  const assumed = said && { rule, token: undefined, found: refusalOf(said, rule, now) ?? { claims: said } };
  const all = [...(assumed ? [assumed] : []), ...(await Promise.all(read))];
  return all
    .filter(({ found }) => 'claims' in found)
    .concat(all)
    .slice(0, 1);
}

/** Later filters see no token that is not to be passed on, and see claims in headers that only the proxy may write. */
function headersAfter(
  headers: HttpCall['headers'],
  rules: readonly TokenRule[],
  good: { readonly rule: TokenRule; readonly token: FoundToken | undefined; readonly claims: Claims } | undefined,
): HttpCall['headers'] {
  const written = rules.flatMap(({ outputPayloadToHeader, outputClaimToHeaders }) => [
    ...(outputPayloadToHeader === undefined ? [] : [outputPayloadToHeader]),
    ...outputClaimToHeaders.map(({ header }) => header),
  ]);
  const gone = new Set(written.map((name) => name.toLowerCase()));
  if (good?.token?.header !== undefined && !good.rule.forwardOriginalToken) gone.add(good.token.header);
  const kept = Object.entries(headers).filter(([name]) => !gone.has(name));
  return Object.fromEntries([...kept, ...(good ? claimHeaders(good.rule, good.claims) : [])]);
}

function claimHeaders(rule: TokenRule, claims: Claims): readonly (readonly [string, string])[] {
  const { outputPayloadToHeader: payload, outputClaimToHeaders } = rule;
  const base64url = Buffer.from(JSON.stringify(claims)).toString('base64url');
  return [
    ...(payload === undefined ? [] : [[payload.toLowerCase(), base64url] as const]),
    ...outputClaimToHeaders.flatMap(({ header, claim }) => {
      const value = claim.split('.').reduce<unknown>((at, key) => (at as Claims | undefined)?.[key], claims);
      const isPlain = ['string', 'number', 'boolean'].includes(typeof value);
      return isPlain ? [[header.toLowerCase(), String(value)] as const] : [];
    }),
  ];
}

/** Claims whose words between blanks are a list: https://datatracker.ietf.org/doc/html/rfc8693#name-scope-scopes-claim */
function withLists(claims: Claims, more: readonly string[]): Claims {
  const lists = ['scope', 'permission', ...more].flatMap((name) => {
    const value = claims[name];
    return typeof value === 'string' && value.includes(' ') ? [[name, value.split(' ')] as const] : [];
  });
  return { ...claims, ...Object.fromEntries(lists) };
}
