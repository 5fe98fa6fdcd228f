import type { Origin } from '../../mesh/index.ts';
import type { Filter, FilterChain, FilterChainMatch } from '../../proto/index.ts';
import type { TcpRoute, WeightedDestination } from '../../route/index.ts';
import { type Enforced, NOTHING_ENFORCED } from '../enforced.ts';
import { connectionFilters } from '../filters/index.ts';
import { BLACK_HOLE_CLUSTER, destinationCluster } from '../names.ts';
import { cidrRange } from '../values.ts';
import { tcpProxy, weightedTcpProxy } from './network-filters.ts';

/** A chain for connections that are not HTTP. With all lists empty it takes every connection. */
export interface TcpChain {
  /** TLS to one of these server names. */
  readonly serverNames: readonly string[];
  /** Connections to these addresses: `10.1.0.0/16`. */
  readonly prefixes: readonly string[];
  /** Connections from these addresses. */
  readonly sources: readonly string[];
  readonly to: TcpTarget;
}

/** One cluster; or several by weight, under the name that Istio counts them by. */
export type TcpTarget =
  | { readonly cluster: string }
  | { readonly statPrefix: string; readonly clusters: readonly { readonly name: string; readonly weight: number }[] };

/** What routes say about a port, and last the service itself for what they do not speak of. */
export function tcpChainsOf(routes: readonly TcpRoute[], service: TcpChain): readonly TcpChain[] {
  return [...routedChainsOf(routes, service), service];
}

/** What routes say about a port; `otherwise` is what holds of the connection where they do not ask. */
export function routedChainsOf(
  routes: readonly TcpRoute[],
  otherwise: Pick<TcpChain, 'serverNames' | 'prefixes'>,
): readonly TcpChain[] {
  return routes.map(({ match, destinations, origin }): TcpChain => {
    const subnets = match.destinationSubnets;
    return {
      // Any server name is no condition; on an address that services share, their own name still is one.
      serverNames:
        match.sniHosts.length > 0 ? once(match.sniHosts.filter((name) => name !== '*')) : otherwise.serverNames,
      prefixes: subnets.length > 0 ? once(subnets) : otherwise.prefixes,
      sources: once(match.sourceSubnets),
      to: targetOf(destinations, origin),
    };
  });
}

/**
 * Envoy refuses a listener in which one connection could match two chains equally well: the first chain has it, and
 * a later one keeps what is left of its own match.
 */
export function distinct<Chain extends TcpChain>(chains: readonly Chain[]): readonly Chain[] {
  const claimed = new Set<string>();
  return chains.flatMap((chain) => {
    const matches = singleMatches(chain);
    const free = matches.filter((match) => !claimed.has(JSON.stringify(match)));
    for (const match of free) claimed.add(JSON.stringify(match));
    if (free.length === matches.length) return [chain];
    return free.map(([name, prefix, source]) => ({
      ...chain,
      serverNames: name === undefined ? [] : [name],
      prefixes: prefix === undefined ? [] : [prefix],
      sources: source === undefined ? [] : [source],
    }));
  });
}

type SingleMatch = readonly [name: string | undefined, prefix: string | undefined, source: string | undefined];

/** A match of lists is as many matches as there are combinations. */
function singleMatches({ serverNames, prefixes, sources }: TcpChain): readonly SingleMatch[] {
  const orAny = (list: readonly string[]): readonly (string | undefined)[] => (list.length > 0 ? list : [undefined]);
  return orAny(serverNames).flatMap((name) =>
    orAny(prefixes).flatMap((prefix) => orAny(sources).map((source) => [name, prefix, source] as const)),
  );
}

export function buildTcpChain(
  { serverNames, prefixes, sources, to }: TcpChain,
  enforced: Enforced = NOTHING_ENFORCED,
): FilterChain {
  const filterChainMatch: FilterChainMatch = {
    ...(prefixes.length > 0 && { prefixRanges: prefixes.map(cidrRange) }),
    ...(serverNames.length > 0 && { serverNames }),
    ...(sources.length > 0 && { sourcePrefixRanges: sources.map(cidrRange) }),
  };
  const takesAll = Object.keys(filterChainMatch).length === 0;
  return {
    filterChainMatch: takesAll ? undefined : filterChainMatch,
    filters: [...connectionFilters(enforced), filterOf(to)],
  };
}

function filterOf(to: TcpTarget): Filter {
  return 'cluster' in to ? tcpProxy(to.cluster) : weightedTcpProxy(to.statPrefix, to.clusters);
}

function targetOf(destinations: readonly WeightedDestination[], origin: Origin): TcpTarget {
  const used = destinations.filter(({ weight }) => weight > 0);
  const [only] = used;
  if (!only) return { cluster: BLACK_HOLE_CLUSTER };
  if (used.length === 1) return { cluster: clusterOf(only) };
  const [, , namespace, name] = origin.object.split('/');
  const clusters = used.map((destination) => ({ name: clusterOf(destination), weight: destination.weight }));
  return { statPrefix: `${name}.${namespace}`, clusters };
}

/** The share of a destination that does not exist is closed, not given to the others. */
function clusterOf({ to }: WeightedDestination): string {
  return to.kind === 'broken' ? BLACK_HOLE_CLUSTER : destinationCluster(to);
}

function once(list: readonly string[]): readonly string[] {
  return [...new Set(list)];
}
