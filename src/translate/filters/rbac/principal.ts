import type { Condition, Leaf, TextMatch } from '../../../policy/index.ts';
import type { RbacPrincipal, StringMatcher } from '../../../proto/index.ts';
import { cidrRange } from '../../values.ts';
import { bearers, claimMatcher, filterMatcher, routeMatcher } from './metadata.ts';
import { headerMatcher, quoted, regexMatcher, textMatcher } from './text.ts';
import { misplaced, say, type Words } from './tree.ts';

/** Who calls, and with what: https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/rbac/v3/rbac.proto#config-rbac-v3-principal */
export function buildPrincipal(condition: Condition): RbacPrincipal {
  return say(condition, WORDS);
}

export const NOBODY: RbacPrincipal = { notId: { any: true } };

const WORDS: Words<RbacPrincipal> = {
  always: { any: true },
  never: NOBODY,
  all: (ids) => ({ andIds: { ids } }),
  any: (ids) => ({ orIds: { ids } }),
  not: (notId) => ({ notId }),
  leaf: buildLeaf,
};

function buildLeaf(leaf: Leaf): RbacPrincipal {
  switch (leaf.kind) {
    case 'principal':
      return authenticated(textMatcher(leaf.match, leaf.match.kind === 'present' ? '' : 'spiffe://'));
    case 'source-namespace':
      return authenticated(regexMatcher(`.*/ns/${namespaceRegex(leaf.match)}/.*`));
    case 'source-ip':
      return { directRemoteIp: cidrRange(leaf.cidr) };
    case 'remote-ip':
      return { remoteIp: cidrRange(leaf.cidr) };
    case 'request-principal':
      return requestPrincipal(leaf.match);
    case 'claim':
      return { metadata: claimMatcher(leaf.path, textMatcher(leaf.match)) };
    case 'header':
      return { header: headerMatcher(leaf.name, textMatcher(leaf.match)) };
    case 'route':
      return { sourcedMetadata: { metadataMatcher: routeMatcher(leaf.route), metadataSource: 'ROUTE' } };
    case 'metadata':
      return { metadata: filterMatcher(leaf.filter, leaf.key, leaf.match) };
    default:
      throw misplaced(leaf, 'from');
  }
}

/** By the URIs of the client's certificate; who has none is nobody. */
function authenticated(principalName: StringMatcher): RbacPrincipal {
  return { authenticated: { principalName } };
}

/** A namespace is one segment of an identity: what stands for any characters stands for no slash. */
function namespaceRegex(match: TextMatch): string {
  switch (match.kind) {
    case 'present':
      return '[^/]+';
    case 'exact':
      return quoted(match.value);
    case 'prefix':
      return `${quoted(match.value)}[^/]*`;
    case 'suffix':
      return `[^/]*${quoted(match.value)}`;
    case 'regex':
      return `(?:${match.value})`;
  }
}

function requestPrincipal(match: TextMatch): RbacPrincipal {
  const ways = bearers(match).map(
    ({ issuer, subject }): RbacPrincipal => ({ andIds: { ids: [{ metadata: issuer }, { metadata: subject }] } }),
  );
  const [only = NOBODY, ...others] = ways;
  return others.length === 0 ? only : { orIds: { ids: ways } };
}
