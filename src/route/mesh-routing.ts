import type { Graph } from '../graph/index.ts';
import { isVisible } from '../mesh/export-to.ts';
import { hostMatches, isWildcard } from '../mesh/host.ts';
import type { Mesh } from '../mesh/index.ts';
import { MESH } from './gateway-name.ts';
import { meshSetId } from './route-set.ts';
import type { Routing } from './routing.ts';
import type { Standing, VirtualServices } from './virtual-services.ts';

/** Which rules hold for calls inside the mesh. Of several for one host the most specific holds, then the oldest. */
export function createMeshRouting(
  graph: Graph,
  mesh: Mesh,
  rules: VirtualServices,
  keys: () => readonly string[],
): Pick<Routing, 'routesFor' | 'extraHosts'> {
  const holds = (standing: Standing | undefined, namespace: string): boolean =>
    standing?.gateways.includes(MESH) === true && isVisible(standing.exportTo, namespace);

  const routesFor: Routing['routesFor'] = (namespace, host) => {
    for (const rulesOfPattern of rules.naming(host)) {
      const found = rulesOfPattern.find((rule) => holds(rules.standing(rule), namespace));
      if (found !== undefined) return meshSetId(found);
    }
    return undefined;
  };

  const audience = graph.query('route.audience', (rule) => {
    const { gateways, hosts, exportTo } = rules.standing(rule)!;
    // `*` would take every host from everybody; its problem says so.
    return gateways.includes(MESH) ? { hosts: hosts.filter((host) => host !== '*'), exportTo } : undefined;
  });
  const audiences = graph.query('route.audiences', () => keys().flatMap((rule) => audience(rule) ?? []));

  const extraHosts = graph.query('route.extraHosts', (namespace) => {
    const named = audiences('').filter(({ exportTo }) => isVisible(exportTo, namespace));
    const visible = mesh.visibleHosts(namespace);
    const known = new Set(visible);
    const isKnown = (host: string): boolean =>
      isWildcard(host) ? visible.some((service) => hostMatches(host, service)) : known.has(host);
    return [...new Set(named.flatMap(({ hosts }) => hosts))].filter((host) => !isKnown(host)).sort();
  });
  return { routesFor, extraHosts };
}
