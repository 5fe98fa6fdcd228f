import { type JwtRule, type RequestAuthentication, writtenPath } from '../api/index.ts';
import { keySetMistake } from '../api/istio/key-set.ts';
import { isUsableKey, keysIn, publicPart } from '../lib/token-key.ts';
import type { Tables } from '../store/index.ts';
import type { KeySets } from './key-sets.ts';
import { selectsNobody } from './mtls-problems.ts';
import { type Check, type Finding, istioName } from './problems.ts';
import { covers, type Heading } from './scope.ts';
import { targetProblems } from './target-problems.ts';
import { keySetOf, type Tokens } from './tokens.ts';
import type { Workloads } from './workloads.ts';

interface Sources {
  readonly store: Tables;
  readonly tokens: Tokens;
  readonly keySets: KeySets;
  readonly workloads: Workloads;
  readonly root: () => string;
}

/** A RequestAuthentication among the others, and among the key sets that it wants. */
export function tokenProblems(sources: Sources): Check {
  const { store, tokens, keySets } = sources;
  return (row) => {
    const policy = store.requestAuthentications.get(row);
    const heading = tokens.scope.heading(row);
    if (!policy || !heading) return [];
    const rules = policy.spec?.jwtRules ?? [];
    return [
      ...targetProblems(policy),
      ...strangers(sources, heading),
      ...rules.flatMap((rule, i) => {
        const path = writtenPath(policy, `spec.jwtRules[${i}]`);
        return [...keyProblems(rule, path, keySets), ...repeated(sources, policy, heading, i, path)];
      }),
    ];
  };
}

/** A policy of the root namespace is about all namespaces. */
function strangers({ workloads, root }: Sources, { age, labels, targets }: Heading): readonly Finding[] {
  if (targets || age.namespace === root()) return [];
  const all = workloads.of(age.namespace);
  const isSelected = (of: (typeof all)[number]): boolean =>
    Object.entries(labels).every(([key, value]) => of.labels[key] === value);
  return all.length > 0 && !all.some(isSelected) ? [selectsNobody(age.namespace)] : [];
}

function keyProblems(rule: JwtRule, path: string, keySets: KeySets): readonly Finding[] {
  const uri = keySetOf(rule);
  if (uri === undefined) return rule.jwks === undefined ? [noKeys(rule, path)] : uselessKeys(rule.jwks, `${path}.jwks`);
  const said = rule.jwksUri ? 'jwksUri' : rule.jwks_uri ? 'jwks_uri' : 'issuer';
  const at = `${path}.${said}`;
  const row = keySets.get(uri);
  if (!row) {
    const message = `the keys at ${uri} have not been fetched; until then tokens of this issuer are refused`;
    return [{ severity: 'notice', code: 'key-set-not-fetched', path: at, message }];
  }
  const { jwks, failure } = row;
  if (jwks !== undefined && keySetMistake(jwks)) {
    const message = `what is at ${uri} ${keySetMistake(jwks)!.message}; tokens of this issuer are refused`;
    return [{ severity: 'error', code: 'bad-key-set', path: at, message }];
  }
  if (failure === undefined) return uselessKeys(jwks ?? '', at);
  const meanwhile = jwks === undefined ? 'tokens of this issuer are refused' : 'those of the last time are in use';
  const message = `the keys at ${uri} cannot be fetched (${failure}); ${meanwhile}`;
  return [{ severity: jwks === undefined ? 'error' : 'warning', code: 'key-set-not-fetched', path: at, message }];
}

/** Well written, and yet no signature can be verified with them. By their places: what is in them may be a secret. */
function uselessKeys(jwks: string, at: string): readonly Finding[] {
  const keys = keysIn(jwks);
  const useless = keys.flatMap((key, i) => (isUsableKey(publicPart(key)) ? [] : [i + 1]));
  if (useless.length === 0) return [];
  const isAll = useless.length === keys.length;
  const message = `Envoy cannot verify a token with key ${useless.join(', ')} of ${keys.length}${isAll ? '; tokens of this issuer are refused' : ''}`;
  const hint =
    'it takes RSA (1024 to 8192 bits), P-256, P-384, P-521 and Ed25519, each with an `alg` of its own or none';
  return [{ severity: isAll ? 'error' : 'warning', code: 'useless-key', path: at, message, hint }];
}

function noKeys({ issuer = '' }: JwtRule, path: string): Finding {
  const message = `nobody knows where the keys of ${JSON.stringify(issuer)} are, so its tokens are refused`;
  const hint = 'say it in jwksUri, or give them in jwks';
  return { severity: 'error', code: 'no-key-set', path: `${path}.issuer`, message, hint };
}

/** A token is good if any rule of its issuer accepts it, so a second one can only let in more. */
function repeated(
  { store, tokens }: Sources,
  policy: RequestAuthentication,
  heading: Heading,
  i: number,
  path: string,
): readonly Finding[] {
  const issuer = policy.spec!.jwtRules![i]!.issuer;
  const isSame = (rule: JwtRule): boolean => issuer !== undefined && rule.issuer === issuer;
  const all = tokens.scope.headings(heading.age.namespace);
  const older = all.slice(
    0,
    all.findIndex(({ row }) => row === heading.row),
  );
  const other = older.find(
    (one) => covers(one, heading) && store.requestAuthentications.get(one.row)?.spec?.jwtRules?.some(isSame),
  );
  const where = policy.spec!.jwtRules!.slice(0, i).some(isSame)
    ? 'an earlier rule'
    : other && istioName('RequestAuthentication', other);
  if (where === undefined) return [];
  const message = `${JSON.stringify(issuer)} has a rule already (${where}): a token that either accepts is accepted`;
  return [{ severity: 'warning', code: 'repeated-issuer', path: `${path}.issuer`, message }];
}
