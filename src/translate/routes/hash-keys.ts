import type { Graph } from '../../graph/index.ts';
import type { HashKey, Mesh, RuleId } from '../../mesh/index.ts';
import { type PerspectiveId, parsePerspective } from '../../route/index.ts';
import type { HashKeyOf } from './forward.ts';

/** What the destinations of a client balance by. */
export type HashKeys = (perspective: PerspectiveId) => HashKeyOf;

/** Only the key, so that a route does not wake when a pool size changes. */
export function createHashKeys(graph: Graph, mesh: Mesh): HashKeys {
  const hashKey = graph.query('routes.hashKey', (key): HashKey | undefined => {
    const [rule, port, subset] = JSON.parse(key) as [RuleId, number, string | null];
    const { loadBalancer } = mesh.trafficPolicy(rule, port, subset ?? undefined);
    return loadBalancer && 'key' in loadBalancer ? loadBalancer.key : undefined;
  });
  return (perspective) => {
    const { destinations } = parsePerspective(perspective);
    return ({ host, port, subset }) => {
      const rule = destinations.find((seen) => seen.host === host)?.rule;
      return rule === undefined ? undefined : hashKey(JSON.stringify([rule, port, subset ?? null]));
    };
  };
}
