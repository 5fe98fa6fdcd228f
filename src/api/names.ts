import ipaddr from 'ipaddr.js';
import { list, rule, text } from './vocabulary.ts';

/** Names and addresses: what may be written where. Each check says `must be …`, or undefined if all is well. */

/** https://datatracker.ietf.org/doc/html/rfc1123: lower case, as Kubernetes wants it. */
export function labelMistake(value: string): string | undefined {
  return DNS_LABEL.test(value) ? undefined : 'must be a DNS label: a-z, 0-9 and -, 63 characters at most';
}

/** A DNS name without wildcard; a single label is a short name. */
export function hostMistake(value: string): string | undefined {
  return isDnsName(value) ? undefined : 'must be a DNS name';
}

/** A DNS name, `*`, or `*.` before a DNS name. */
export function wildcardHostMistake(value: string): string | undefined {
  const rest = value.startsWith('*.') ? value.slice(2) : value;
  return value === '*' || isDnsName(rest) ? undefined : 'must be a DNS name, * or *. and a DNS name';
}

/** What a VirtualService may be about: an address too, for gateways. */
export function virtualHostMistake(value: string): string | undefined {
  return isIp(value) ? undefined : wildcardHostMistake(value);
}

/** `mesh`, `name` or `namespace/name`. */
export function gatewayNameMistake(value: string): string | undefined {
  const parts = value.split('/');
  const right = parts.length <= 2 && parts.every(isDnsName);
  return right ? undefined : 'must be mesh, or a gateway as name or namespace/name';
}

/** Where a route sends: a wildcard means the host that was asked for, and `*` would mean anything. */
export function destinationHostMistake(value: string): string | undefined {
  return value === '*' || wildcardHostMistake(value) ? 'must be a DNS name' : undefined;
}

export function ipMistake(value: string): string | undefined {
  return isIp(value) ? undefined : 'must be an IP address';
}

/** An address, or a range like 10.0.0.0/8. */
export function ipOrRangeMistake(value: string): string | undefined {
  return isIp(value) || ipaddr.isValidCIDR(value) ? undefined : 'must be an IP address or a range like 10.0.0.0/8';
}

/** A host behind a gateway, alone or as `namespace/host`; the namespace may be `*` or `.`. */
export function gatewayHostMistake(value: string): string | undefined {
  const [namespace = '', host, more] = value.includes('/') ? value.split('/') : ['*', value];
  const namespaceRight = namespace === '*' || namespace === '.' || namespace === '~' || DNS_LABEL.test(namespace);
  const hostRight = host !== undefined && virtualHostMistake(host) === undefined;
  return namespaceRight && hostRight && more === undefined ? undefined : 'must be a host, *, or namespace/host';
}

/** Where a gateway listens. */
export function bindMistake(value: string): string | undefined {
  const path = value.startsWith('unix://') || value.startsWith('@');
  return path || value === '' || isIp(value) ? undefined : 'must be an IP address or a unix:// path';
}

/** Where a workload is. */
export function workloadAddressMistake(value: string): string | undefined {
  if (value.startsWith('unix://'))
    return value.length > 8 && /^unix:\/\/[/@]/.test(value) ? undefined : 'must be an absolute path after unix://';
  return value === '' || isIp(value) || isDnsName(value)
    ? undefined
    : 'must be an IP address, a host name or a unix:// path';
}

export function isIp(value: string): boolean {
  return ipaddr.IPv4.isValidFourPartDecimal(value) || (value.includes(':') && ipaddr.IPv6.isValid(value));
}

/** `*`, `.`, `~`, or a namespace. */
export function exportToMistake(value: string): string | undefined {
  const special = value === '*' || value === '.' || value === '~';
  return special || DNS_LABEL.test(value) ? undefined : 'must be *, ., ~ or the name of a namespace';
}

/** Envoy refuses a header name with anything else in it: https://datatracker.ietf.org/doc/html/rfc9110#name-tokens */
export function headerNameMistake(value: string): string | undefined {
  return TOKEN.test(value) || PSEUDO_HEADERS.has(value) ? undefined : 'must be a header name';
}

/** https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set */
export function labelValueMistake(value: string): string | undefined {
  return LABEL_VALUE.test(value) ? undefined : 'must be a label value: letters, digits, -, _ and ., 63 at most';
}

export function labelKeyMistake(key: string): string | undefined {
  const slash = key.indexOf('/');
  const prefixed = slash < 0 || isDnsName(key.slice(0, slash));
  return prefixed && LABEL_NAME.test(key.slice(slash + 1)) ? undefined : 'must be a label name';
}

function isDnsName(value: string): boolean {
  return value.length <= 253 && DNS_NAME.test(value);
}

/** What several kinds call `exportTo`. */
export function exportTo() {
  return list(text(exportToMistake)).check(
    rule((values) =>
      values.length > 1 && values.some((value) => value === '*' || value === '~')
        ? 'must not name others beside * or ~'
        : undefined,
    ),
  );
}

const DNS_LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
/** Upper case and _ are no DNS, but exist in people's zones, and Envoy does not mind. */
const DNS_NAME = /^[A-Za-z0-9_]([-\w]{0,61}[A-Za-z0-9_])?(\.[A-Za-z0-9_]([-\w]{0,61}[A-Za-z0-9_])?)*\.?$/;
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const PSEUDO_HEADERS = new Set([':method', ':authority', ':path', ':scheme']);
const LABEL_VALUE = /^([A-Za-z0-9]([-\w.]{0,61}[A-Za-z0-9])?)?$/;
const LABEL_NAME = /^[A-Za-z0-9]([-\w.]{0,61}[A-Za-z0-9])?$/;
