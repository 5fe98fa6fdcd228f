import type { Condition, Leaf } from '../../../policy/index.ts';
import { type PathMatcher, pack, type RbacPermission } from '../../../proto/index.ts';
import { cidrRange } from '../../values.ts';
import { filterMatcher } from './metadata.ts';
import { anyCaseMatcher, headerMatcher, textMatcher } from './text.ts';
import { misplaced, say, type Words } from './tree.ts';

/** What is called: https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/rbac/v3/rbac.proto#config-rbac-v3-permission */
export function buildPermission(condition: Condition): RbacPermission {
  return say(condition, WORDS);
}

export const NO_PERMISSION: RbacPermission = { notRule: { any: true } };

const WORDS: Words<RbacPermission> = {
  always: { any: true },
  never: NO_PERMISSION,
  all: (rules) => ({ andRules: { rules } }),
  any: (rules) => ({ orRules: { rules } }),
  not: (notRule) => ({ notRule }),
  leaf: buildLeaf,
};

function buildLeaf(leaf: Leaf): RbacPermission {
  switch (leaf.kind) {
    case 'host':
      return { header: headerMatcher(':authority', anyCaseMatcher(leaf.match)) };
    case 'method':
      return { header: headerMatcher(':method', textMatcher(leaf.match)) };
    case 'path':
      return { urlPath: { path: textMatcher(leaf.match) } satisfies PathMatcher };
    case 'path-template':
      return { uriTemplate: uriTemplate(leaf.template) };
    case 'port':
      return { destinationPort: leaf.port };
    case 'destination-ip':
      return { destinationIp: cidrRange(leaf.cidr) };
    case 'server-name':
      return { requestedServerName: textMatcher(leaf.match) };
    case 'metadata':
      return { metadata: filterMatcher(leaf.filter, leaf.key, leaf.match) };
    default:
      throw misplaced(leaf, 'to');
  }
}

/** Envoy writes `{*}` without its braces. */
function uriTemplate(template: string): NonNullable<RbacPermission['uriTemplate']> {
  const pathTemplate = template.replaceAll(/\{(\*{1,2})\}/g, '$1');
  return {
    name: 'uri-template',
    typedConfig: pack('envoy.extensions.path.match.uri_template.v3.UriTemplateMatchConfig', { pathTemplate }),
  };
}
