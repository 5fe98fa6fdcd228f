import type { IdentityReference, LinkerdNetwork } from '../../api/index.ts';
import type { Condition } from '../condition.ts';

export const ANY_IDENTITY: Condition = { kind: 'principal', match: { kind: 'present' } };

/**
 * Whom an identity of Linkerd's means here: `web.shop.serviceaccount.identity.linkerd.cluster.local` is the principal
 * `cluster.local/ns/shop/sa/web`. Undefined: no workload of a mesh can be called so. `domains` are the mesh's own names;
 * one of them stands for all.
 */
export function principalFor(identity: string, domains: readonly string[]): Condition | undefined {
  if (identity === '*') return ANY_IDENTITY;
  const isWildcard = identity.startsWith('*.');
  const { account, namespace, domain } = (isWildcard ? UNDER : EXACT).exec(identity)?.groups ?? {};
  if (domain !== undefined) {
    const path = isWildcard ? `ns/${namespace ? `${namespace}/sa/` : ''}` : `ns/${namespace}/sa/${account}`;
    const known = domains.includes(domain) ? domains : [domain];
    return anyOf(known.map((one) => principal(`${one}/${path}`, isWildcard)));
  }
  const suffix = identity.slice(1);
  const under = isWildcard ? domains.filter((one) => `.${one}`.endsWith(suffix) || suffix.endsWith(`.${one}`)) : [];
  return under.length > 0 ? anyOf(domains.map((one) => principal(`${one}/ns/`, true))) : undefined;
}

/** A service account of the mesh. */
export function accountPrincipal(namespace: string, account: string, domains: readonly string[]): Condition {
  return anyOf(domains.map((domain) => principal(`${domain}/ns/${namespace}/sa/${account}`, false)));
}

/** All service accounts of a namespace, or of all namespaces. */
export function namespacePrincipals(namespace: string | undefined, domains: readonly string[]): Condition {
  const path = namespace === undefined ? 'ns/' : `ns/${namespace}/sa/`;
  return anyOf(domains.map((domain) => principal(`${domain}/${path}`, true)));
}

/** Undefined: no such thing has an identity. */
export function referencePrincipal(
  { group = '', kind, name, namespace }: IdentityReference,
  home: string,
  domains: readonly string[],
): Condition | undefined {
  if (group !== '' && group !== 'core') return undefined;
  if (kind === 'Namespace') return namespacePrincipals(name, domains);
  if (kind !== 'ServiceAccount') return undefined;
  const where = namespace || home;
  return name === undefined ? namespacePrincipals(where, domains) : accountPrincipal(where, name, domains);
}

export function networksOf(networks: readonly LinkerdNetwork[]): Condition {
  return anyOf(
    networks.map(({ cidr, except = [] }): Condition => {
      const inside: Condition = { kind: 'source-ip', cidr };
      return except.length === 0
        ? inside
        : { kind: 'all', of: [inside, { kind: 'not', of: networksOf(except.map((one) => ({ cidr: one }))) }] };
    }),
  );
}

export function anyOf(conditions: readonly Condition[]): Condition {
  return conditions.length === 1 ? conditions[0]! : { kind: 'any', of: conditions };
}

function principal(value: string, isPrefix: boolean): Condition {
  return { kind: 'principal', match: { kind: isPrefix ? 'prefix' : 'exact', value } };
}

const EXACT = /^(?<account>[^.*]+)\.(?<namespace>[^.]+)\.serviceaccount\.identity\.[^.]+\.(?<domain>.+)$/;
const UNDER = /^\*\.(?:(?:(?<namespace>[^.]+)\.)?serviceaccount\.)?identity\.[^.]+\.(?<domain>.+)$/;
