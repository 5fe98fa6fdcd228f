/** `undefined`: any. https://gateway-api.sigs.k8s.io/reference/spec/#hostname */
export type Hostname = string | undefined;

/** Whether a request for a host is meant. A wildcard stands for one or more labels. */
export function isMeant(pattern: Hostname, host: string): boolean {
  if (pattern === undefined) return true;
  return pattern.startsWith('*.')
    ? host.endsWith(pattern.slice(1)) && host.length > pattern.length - 1
    : pattern === host;
}

/** The narrower of two that overlap. */
export function intersect(one: Hostname, other: Hostname): { readonly hostname: Hostname } | undefined {
  if (covers(one, other)) return { hostname: other };
  if (covers(other, one)) return { hostname: one };
  return undefined;
}

function covers(wide: Hostname, narrow: Hostname): boolean {
  if (wide === undefined) return true;
  if (narrow === undefined) return false;
  return wide === narrow || (wide.startsWith('*.') && narrow.replace(/^\*/, '').endsWith(wide.slice(1)));
}

/** The larger, the more precedence: exact before wildcards, long before short. */
export function specificity(pattern: Hostname): number {
  if (pattern === undefined) return 0;
  return pattern.startsWith('*.') ? pattern.length : 1_000 + pattern.length;
}
