/**
 * Translation: what Envoys are told, as pure functions of what is true.
 *
 *   in   a view, the mesh, the routes
 *   out  a Translator for each xDS type: resources of a view in layers that views share, and explain for one of them
 *
 * Knows no stream, no object as users write it, and no Node.
 */
import type { Graph } from '../graph/index.ts';
import type { Mesh } from '../mesh/index.ts';
import type { XdsType } from '../proto/index.ts';
import type { Routing } from '../route/index.ts';
import type { Views } from '../view/index.ts';
import { createClusters } from './clusters/index.ts';
import { createEndpoints } from './endpoints/index.ts';
import { createListeners } from './listeners/index.ts';
import { createOutbound } from './outbound.ts';
import { createRoutes } from './routes/index.ts';
import type { Translator } from './translator.ts';

export type { Built, Decided, Translator } from './translator.ts';

export function createTranslators(
  graph: Graph,
  mesh: Mesh,
  routing: Routing,
  views: Views,
): Readonly<Record<XdsType, Translator>> {
  const outbound = createOutbound(graph, mesh);
  const { rds, vhds } = createRoutes(graph, mesh, routing, views);
  return {
    cds: createClusters(graph, mesh, views, outbound),
    eds: createEndpoints(graph, mesh, views, outbound),
    lds: createListeners(graph, mesh, routing, views, outbound),
    rds,
    vhds,
    // Nobody has a secret before there is mTLS: a proxy that asks is told that there are none.
    sds: { type: 'sds', resources: () => [], explain: () => undefined },
  };
}
