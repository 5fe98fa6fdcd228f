import { weakly } from '../../lib/weakly.ts';
import { moreSpecific } from '../../mesh/index.ts';
import type { GatewayHost } from '../routing.ts';
import type { AttachedRoute } from './gateway-api.ts';
import { setOfRoutes } from './route-set.ts';

/**
 * Routes whose hosts no other route has: most of them. What is true of their hosts is true for as long as they are
 * attached, so that it is not made anew for every route that comes or goes.
 */

/** `byHostname`: the routes that each hostname has. */
export function loneRoutes(byHostname: Iterable<readonly AttachedRoute[]>): ReadonlySet<AttachedRoute> {
  const all = new Set<AttachedRoute>();
  const shared = new Set<AttachedRoute>();
  for (const routes of byHostname) {
    for (const route of routes) {
      all.add(route);
      if (routes.length > 1) shared.add(route);
    }
  }
  return shared.size === 0 ? all : all.difference(shared);
}

/** All its hosts, as one under the name of the first. `as`: see RouteSet. */
export function hostOfLone(one: AttachedRoute, as: string | undefined): GatewayHost {
  const host = withoutCertificate(one);
  return as === undefined ? host : { ...host, routes: setOfRoutes(as, [[one.route]]) };
}

const withoutCertificate = weakly(({ route, hostnames }: AttachedRoute): GatewayHost => {
  const [host, ...alike] = hostnames.toSorted(byHost);
  return {
    host: host!,
    routes: setOfRoutes(undefined, [[route]]),
    answer: 404,
    origin: { object: route, path: 'spec.hostnames' },
    ...(alike.length > 0 && { alike }),
  };
});

/** The order of hosts in a route configuration. */
export function byHost(a: string, b: string): number {
  return moreSpecific(a, b) || (a < b ? -1 : 1);
}
