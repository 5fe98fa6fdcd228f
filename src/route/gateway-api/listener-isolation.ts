import { hostMatches, moreSpecific } from '../../mesh/index.ts';
import type { Listener } from './gateway-api.ts';

/**
 * A connection belongs to the one listener of its port that names its host most closely, whether that has a route for it
 * or not. https://gateway-api.sigs.k8s.io/reference/spec/#listener
 */

/** Whether the handshakes of a server name may come to a listener, and not to a narrower one. */
export function owns(listener: Listener, name: string, all: readonly Listener[]): boolean {
  const narrower = all.filter((other) => sharePort(listener, other) && isNarrower(other, listener));
  return !narrower.some(({ hostname }) => hostname !== undefined && hostMatches(hostname, name));
}

/** Whether connections that a listener has no route for would come to another one, if nobody refused them. */
export function hasWiderNeighbour(listener: Listener, all: readonly Listener[]): boolean {
  return all.some(
    (other) =>
      other.programmed.ok && sharePort(listener, other) && isNarrower(listener, other) && covers(other, listener),
  );
}

/** Whether a name is nobody's: its own listener cannot be served, and a wider one must not answer for it. */
export function isUnserved(listener: Listener, all: readonly Listener[]): boolean {
  const { hostname } = listener;
  if (!isTls(listener) || hostname === undefined) return false;
  const namesake = all.some((one) => one.programmed.ok && sharePort(one, listener) && one.hostname === hostname);
  return !namesake && hasWiderNeighbour(listener, all);
}

export function isTls({ protocol }: Listener): boolean {
  return protocol === 'HTTPS' || protocol === 'TLS';
}

function sharePort(a: Listener, b: Listener): boolean {
  return a !== b && a.port === b.port && isTls(a) && isTls(b);
}

function isNarrower({ hostname: a }: Listener, { hostname: b }: Listener): boolean {
  if (a === undefined || b === undefined) return a !== undefined && b === undefined;
  return a !== b && moreSpecific(a, b) < 0;
}

function covers({ hostname: wide }: Listener, { hostname: narrow }: Listener): boolean {
  return wide === undefined || (narrow !== undefined && hostMatches(wide, narrow));
}
