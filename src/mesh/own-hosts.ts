import type { Graph } from '../graph/index.ts';
import { hostMatches, isWildcard } from './host.ts';
import type { Mesh } from './mesh.ts';
import type { Rules } from './rules.ts';
import type { Services } from './services.ts';

/** Too many would cost time, too few would be wrong: whatever may tell a namespace from the rest of the mesh counts. */
export function createOwnHosts(graph: Graph, services: Services, rules: Pick<Rules, 'ownPatterns'>): Mesh['ownHosts'] {
  return graph.query('mesh.ownHosts', (namespace) => {
    const patterns = rules.ownPatterns(namespace);
    const exact = patterns.filter((pattern) => !isWildcard(pattern));
    return [...new Set([...services.ownHosts(namespace), ...exact, ...ruledHosts(namespace, patterns)])].sort();
  });

  function ruledHosts(namespace: string, patterns: readonly string[]): readonly string[] {
    const wild = patterns.filter(isWildcard);
    if (wild.length === 0) return [];
    return services.visibleHosts(namespace).filter((host) => wild.some((pattern) => hostMatches(pattern, host)));
  }
}
