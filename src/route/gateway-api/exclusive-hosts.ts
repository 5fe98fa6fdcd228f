import type { ObjectKey } from '../../api/index.ts';
import { type Door, hostnamesAt } from './doors.ts';
import { hostnamesOverlap } from './hostnames.ts';
import type { Heading } from './route-headings.ts';

/**
 * Routes that cannot be at a listener because an older one of the other kind has a host of theirs there, with that
 * one. `there`: all that the listener takes, the oldest first. Of an HTTPRoute and a GRPCRoute one can have a host.
 * https://gateway-api.sigs.k8s.io/reference/spec/#grpcroutespec
 */
export function excludedAt(door: Door, there: readonly Heading[]): Readonly<Record<ObjectKey, ObjectKey>> {
  const excluded: Record<ObjectKey, ObjectKey> = {};
  const standing: { readonly route: Heading; readonly hostnames: readonly string[] }[] = [];
  for (const route of there) {
    const hostnames = hostnamesAt(door, route);
    const rival = standing.find(
      (older) =>
        older.route.kind !== route.kind &&
        older.hostnames.some((one) => hostnames.some((other) => hostnamesOverlap(one, other))),
    );
    if (rival) excluded[route.key] = rival.route.key;
    else standing.push({ route, hostnames });
  }
  return excluded;
}

export function haveBothKinds(routes: readonly Heading[]): boolean {
  return routes.some(({ kind }) => kind === 'GRPCRoute') && routes.some(({ kind }) => kind === 'HTTPRoute');
}
