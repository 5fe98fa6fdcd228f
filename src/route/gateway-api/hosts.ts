import type { ObjectKey, Origin } from '../../api/index.ts';
import { hostMatches, isWildcard } from '../../mesh/index.ts';
import type { GatewayHost } from '../routing.ts';
import type { AttachedRoute } from './gateway-api.ts';
import { byHost, hostOfLone, loneRoutes } from './lone-routes.ts';
import { setOfRoutes } from './route-set.ts';

/** A listener as far as it decides about hosts. */
export interface HostListener {
  /** `*`: any. */
  readonly hostname: string;
  readonly holder: ObjectKey;
  /** `spec.listeners[0]`. */
  readonly path: string;
  /** The oldest first; none at a listener that is not served, whose hosts are nevertheless nobody else's. */
  readonly attached: readonly AttachedRoute[];
  readonly as: string | undefined;
}

/**
 * The hosts of the listeners of a port that share one route: each listener has those that no narrower one of the port
 * has, whether it has routes for them or not.
 */
export function hostsOfPort(listeners: readonly HostListener[]): readonly GatewayHost[] {
  const groups = [...Map.groupBy(listeners, ({ hostname }) => hostname).values()];
  const names = groups.map(([first]) => first!.hostname);
  return sorted(groups.flatMap((group) => ownHosts(group, names)));
}

/**
 * The hosts of one listener that ends TLS. Who comes to it for a host of another one of the port has taken a connection
 * for it that is not: https://gateway-api.sigs.k8s.io/geps/gep-3567/
 */
export function hostsOfListener(
  own: HostListener,
  others: readonly Pick<HostListener, 'hostname' | 'holder' | 'path'>[],
): readonly GatewayHost[] {
  const foreign = others.filter(({ hostname }) => hostname !== own.hostname);
  const first = foreign.filter((one, i) => i === foreign.findIndex(({ hostname }) => hostname === one.hostname));
  const names = [own.hostname, ...first.map(({ hostname }) => hostname)];
  const misdirected = first.map(
    ({ hostname, holder, path }): GatewayHost => ({
      host: hostname,
      routes: '',
      answer: 421,
      origin: placeOf({ hostname, holder, path }),
    }),
  );
  return sorted([...ownHosts([own], names), ...misdirected]);
}

/** Of listeners that mean the same hosts. `names`: of all listeners of the port. */
function ownHosts(listeners: readonly HostListener[], names: readonly string[]): readonly GatewayHost[] {
  const { hostname, as } = listeners[0]!;
  const narrower = names.filter((name) => name !== hostname && hostMatches(hostname, name));
  const byHostname = routesByHostname(listeners);
  const hasWide = [...byHostname.keys()].some(isWildcard);
  const lone = hasWide || narrower.length > 0 ? NONE : loneRoutes(byHostname.values());
  const left = [...byHostname].flatMap(([host, routes]) => (lone.has(routes[0]!) ? [] : [host]));
  const others = byHostname.has(hostname) ? left : [hostname, ...left];
  const hosts = others.flatMap((host): readonly GatewayHost[] => {
    if (narrower.some((name) => hostMatches(name, host))) return [];
    const tiers = tiersOf(host, byHostname, hasWide).map((tier) => tier.map(({ route }) => route));
    const first = tiers[0]?.[0];
    const origin = first ? { object: first, path: 'spec.hostnames' } : placeOf(listeners[0]!);
    return [{ host, routes: tiers.length === 0 ? '' : setOfRoutes(as, tiers), answer: 404, origin }];
  });
  return [...[...lone].map((one) => hostOfLone(one, as)), ...hosts];
}

const NONE: ReadonlySet<AttachedRoute> = new Set();

function placeOf({ hostname, holder, path }: Pick<HostListener, 'hostname' | 'holder' | 'path'>): Origin {
  return { object: holder, path: hostname === '*' ? path : `${path}.hostname` };
}

type Routes = readonly AttachedRoute[];

/** Routes in the order of the listeners, each once for a hostname, however often it is attached. */
function routesByHostname(listeners: readonly HostListener[]): ReadonlyMap<string, Routes> {
  const found = new Map<string, AttachedRoute[]>();
  for (const [i, { attached }] of listeners.entries()) {
    for (const one of attached) {
      for (const hostname of one.hostnames) {
        const routes = found.get(hostname);
        if (!routes) found.set(hostname, [one]);
        else if (i === 0 || !routes.some(({ route }) => route === one.route)) routes.push(one);
      }
    }
  }
  return found;
}

/** Routes for hostnames that mean a host, the closest first: `a.b.c`, `*.b.c`, `*.c`, `*`. `hasWide`: some are wildcards. */
function tiersOf(host: string, routes: ReadonlyMap<string, Routes>, hasWide: boolean): readonly Routes[] {
  const patterns = hasWide ? patternsOf(host) : [host];
  return patterns.flatMap((pattern) => {
    const found = routes.get(pattern);
    return found ? [found] : [];
  });
}

function patternsOf(host: string): readonly string[] {
  const patterns = [host];
  for (let dot = host.indexOf('.'); dot >= 0; dot = host.indexOf('.', dot + 1)) {
    // The wildcard itself is there already.
    if (dot !== 1 || host[0] !== '*') patterns.push(`*${host.slice(dot)}`);
  }
  return host === '*' ? patterns : [...patterns, '*'];
}

function sorted(hosts: readonly GatewayHost[]): readonly GatewayHost[] {
  return hosts.toSorted((a, b) => byHost(a.host, b.host));
}
