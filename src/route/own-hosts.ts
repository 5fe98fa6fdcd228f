import type { VirtualService } from '../api/index.ts';
import type { Graph } from '../graph/index.ts';
import { audiences, audiencesOf, exportToOf } from '../mesh/export-to.ts';
import { hostMatches, isWildcard } from '../mesh/host.ts';
import { ELSEWHERE, type Mesh } from '../mesh/index.ts';
import type { Tables } from '../store/index.ts';
import type { Routing } from './routing.ts';
import { clientMatchesOf, delegateOf, groupsToSearch, hostGroup, type VirtualServices } from './virtual-services.ts';

/**
 * A namespace sees a host's routes otherwise than clients elsewhere do, if it sees the host or one of its destinations
 * otherwise, has a rule that others do not have, or is asked for by a rule. Too many hosts would cost time, too few
 * would be wrong.
 */
export function createOwnHosts(
  graph: Graph,
  { virtualServices }: Tables,
  mesh: Mesh,
  { standing, clusterDomain }: Pick<VirtualServices, 'standing' | 'clusterDomain'>,
  extraHosts: Routing['extraHosts'],
): Routing['ownHosts'] {
  const byAudience = virtualServices.index('byAudience', ({ spec, metadata }) =>
    audiences(exportToOf(spec.exportTo, metadata.namespace), metadata.namespace),
  );
  const bySourceNamespace = virtualServices.index('bySourceNamespace', namespacesAsked);
  const byDestination = virtualServices.index('byDestination', (rule) =>
    destinationsOf(rule).map((host) => hostGroup(host, rule)),
  );
  const byDelegate = virtualServices.index('byDelegate', delegatesOf);
  const unsaid = graph.query('route.audienceUnsaid', () => mesh.config().defaultVirtualServiceExportTo ?? 'all');

  /** The hosts of a rule, or of those that delegate to it. */
  const patternsOf = (rule: string): readonly string[] => {
    const own = standing(rule)?.hosts ?? [];
    return own.length > 0 ? own : byDelegate(rule).flatMap((root) => standing(root)?.hosts ?? []);
  };
  const pointingAt = (host: string): readonly string[] => groupsToSearch(host, clusterDomain()).flatMap(byDestination);

  return graph.query('route.ownHosts', (namespace) => {
    const hosts = mesh.ownHosts(namespace);
    const exported = audiencesOf(unsaid(''), namespace).flatMap(byAudience);
    const rules = [...exported, ...bySourceNamespace(namespace), ...hosts.flatMap(pointingAt)];
    const patterns = [...new Set(rules)].flatMap(patternsOf);
    const exact = patterns.filter((pattern) => !isWildcard(pattern));
    const wild = patterns.filter(isWildcard);
    const extra = new Set(extraHosts(namespace)).symmetricDifference(new Set(extraHosts(ELSEWHERE)));
    const covered = wild.length === 0 ? [] : mesh.visibleHosts(namespace).filter((host) => isCovered(host, wild));
    return [...new Set([...hosts, ...exact, ...wild, ...covered, ...extra])].sort();
  });
}

function isCovered(host: string, wild: readonly string[]): boolean {
  return wild.some((pattern) => hostMatches(pattern, host));
}

function namespacesAsked(object: VirtualService): readonly string[] {
  return clientMatchesOf(object).flatMap(({ sourceNamespace }) => sourceNamespace || []);
}

interface Routed {
  readonly route?:
    | readonly ({ readonly destination?: { readonly host: string } | undefined } | undefined)[]
    | undefined;
}

function destinationsOf({ spec }: VirtualService): readonly string[] {
  const rules: readonly (Routed | undefined)[] = [...(spec.http ?? []), ...(spec.tls ?? []), ...(spec.tcp ?? [])];
  const routed = rules.flatMap((rule) => rule?.route?.map((to) => to?.destination?.host) ?? []);
  const mirrored = (spec.http ?? []).flatMap((http) => [
    http?.mirror?.host,
    ...(http?.mirrors ?? []).map((mirror) => mirror?.destination?.host),
  ]);
  return [...new Set([...routed, ...mirrored])].filter((host) => host !== undefined);
}

function delegatesOf({ spec, metadata }: VirtualService): readonly string[] {
  return (spec.http ?? []).flatMap((http) => (http && delegateOf(http, metadata.namespace)) || []);
}
