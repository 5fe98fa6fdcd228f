import { type JwtRule, NO_KEYS, objectKey, type RequestAuthentication, writtenPath } from '../api/index.ts';
import { keySetMistake } from '../api/istio/key-set.ts';
import type { Graph } from '../graph/index.ts';
import type { Tables } from '../store/index.ts';
import type { KeySets } from './key-sets.ts';
import type { Policies } from './policies.ts';
import { createScope, type Scope, unique } from './scope.ts';
import type { TokenRule } from './token-rule.ts';

export interface Tokens extends Pick<Policies, 'tokenRulesOf' | 'tokenRules' | 'wantedKeySets'> {
  readonly scope: Scope;
}

/**
 * RequestAuthentication: whose tokens a workload knows. All that are about it hold together.
 * https://istio.io/latest/docs/reference/config/security/request_authentication/
 */
export function createTokens(graph: Graph, store: Tables, keySets: KeySets, root: () => string): Tokens {
  const scope = createScope(graph, 'tokens', store.requestAuthentications, root);
  const hasRules = store.requestAuthentications.column('hasRules', ({ spec }) => (spec?.jwtRules ?? []).length > 0);
  const uris = store.requestAuthentications.column('keySets', keySetsOf);

  const rulesOf = graph.query('policy.tokenRulesOfRow', (row): readonly TokenRule[] => {
    const policy = store.requestAuthentications.get(row);
    return (policy?.spec?.jwtRules ?? []).map((_, i) => ruleOf(policy!, i, keySets));
  });
  const tokenRules: Policies['tokenRules'] = graph.query('policy.tokenRules', (id) =>
    id === '' ? [] : (JSON.parse(id) as string[]).flatMap(rulesOf),
  );
  const tokenRulesOf: Policies['tokenRulesOf'] = (subject) => {
    const rows = scope.about(subject).map(({ row }) => row);
    const some = rows.filter((row) => hasRules(row));
    return some.length === 0 ? '' : JSON.stringify(some);
  };

  const wanted = graph.query('policy.wantedKeySets', () =>
    unique(store.requestAuthentications.keys().flatMap((row) => uris(row) ?? [])),
  );
  return { scope, tokenRules, tokenRulesOf, wantedKeySets: () => wanted('') };
}

/** Where the keys of a rule are, if they are elsewhere: a key set, or the issuer's own description, which says where. */
export function keySetOf({ issuer = '', jwks, jwksUri, jwks_uri }: JwtRule): string | undefined {
  if (jwks !== undefined) return undefined;
  return jwksUri ?? jwks_uri ?? (isUrl(issuer) ? `${issuer.replace(/\/$/, '')}${DISCOVERY}` : undefined);
}

/** https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfig */
const DISCOVERY = '/.well-known/openid-configuration';

function isUrl(text: string): boolean {
  return /^https?:\/\//.test(text) && URL.canParse(text);
}

function keySetsOf({ spec }: RequestAuthentication): readonly string[] {
  return (spec?.jwtRules ?? []).flatMap((rule) => keySetOf(rule) ?? []);
}

/** What cannot be had, or is no key set, verifies nothing. */
function keysOf(rule: JwtRule, keySets: KeySets): string {
  const uri = keySetOf(rule);
  const jwks = uri === undefined ? rule.jwks : keySets.get(uri)?.jwks;
  return jwks === undefined || keySetMistake(jwks) ? NO_KEYS : jwks;
}

function ruleOf(policy: RequestAuthentication, i: number, keySets: KeySets): TokenRule {
  const rule = policy.spec!.jwtRules![i]!;
  const { namespace, name } = policy.metadata;
  const object = objectKey('security.istio.io', 'RequestAuthentication', namespace, name);
  return {
    origin: { object, path: writtenPath(policy, `spec.jwtRules[${i}]`) },
    issuer: rule.issuer ?? '',
    audiences: rule.audiences ?? [],
    jwks: keysOf(rule, keySets),
    fromHeaders: (rule.fromHeaders ?? []).map(({ name: header, prefix = '' }) => ({ name: header, prefix })),
    fromParams: rule.fromParams ?? [],
    fromCookies: rule.fromCookies ?? [],
    outputPayloadToHeader: rule.outputPayloadToHeader,
    outputClaimToHeaders: rule.outputClaimToHeaders ?? [],
    forwardOriginalToken: rule.forwardOriginalToken ?? false,
    spaceDelimitedClaims: rule.spaceDelimitedClaims ?? [],
  };
}
