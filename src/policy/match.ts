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
