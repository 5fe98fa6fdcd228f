import ipaddr from 'ipaddr.js';
import { re2Matches } from '../lib/re2.ts';
import type { TextMatch } from './condition.ts';

export function matchesText(match: TextMatch, text: string): boolean {
  switch (match.kind) {
    case 'present':
      return text !== '';
    case 'exact':
      return text === match.value;
    case 'prefix':
      return text.startsWith(match.value);
    case 'suffix':
      return text.endsWith(match.value);
    case 'regex':
      return re2Matches(match.value, text);
  }
}

/** Whether an address lies in a range; one of IPv4 never lies in one of IPv6. */
export function isInRange(address: string, cidr: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const [range, bits] = ipaddr.parseCIDR(cidr);
  const parsed = ipaddr.parse(address);
  return parsed.kind() === range.kind() && parsed.match(range, bits);
}

/**
 * Whether a path (without query) is one of a template: `{*}` is one segment, `{**}` any number, and Envoy takes both for
 * the characters of RFC 3986 only, without `*`.
 * https://www.envoyproxy.io/docs/envoy/latest/api-v3/extensions/path/match/uri_template/v3/uri_template_match.proto
 */
export function matchesTemplate(template: string, path: string): boolean {
  const pattern = template
    .split(/(\{\*\*?\})/)
    .map((part) => OPERATORS[part] ?? part.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&'));
  return new RegExp(`^${pattern.join('')}$`).test(path);
}

const LITERAL = "a-zA-Z0-9\\-._~%!$&'()+,;:@=";

const OPERATORS: Readonly<Record<string, string>> = {
  '{*}': `[${LITERAL}]+`,
  '{**}': `[${LITERAL}/]*`,
};
