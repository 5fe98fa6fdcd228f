/**
 * Routes (RDS) and virtual hosts (VHDS): where requests go that a proxy can read.
 *
 *   in   routes of hosts as clients see them (routing), services and hash keys (mesh)
 *   out  two Translators; a delta proxy has its virtual hosts as resources of their own, any other inside its routes
 *
 * Routes of inbound ports stand in their listeners: ./inbound.ts.
 */
import type { Graph } from '../../graph/index.ts';
import type { Layers } from '../../lib/layers.ts';
import type { Mesh } from '../../mesh/index.ts';
import type { Entry } from '../../proto/index.ts';
import type { Routing } from '../../route/index.ts';
import type { View, Views } from '../../view/index.ts';
import { explained } from '../explained.ts';
import type { GatewayPlans } from '../gateway-plan.ts';
import type { Translator } from '../translator.ts';
import { createClientHosts } from './client-hosts.ts';
import { createGatewayRoutes } from './gateway.ts';
import { createHashKeys } from './hash-keys.ts';
import { createHostBuilder } from './host-key.ts';
import { createOutboundRoutes } from './outbound.ts';

export function createRoutes(
  graph: Graph,
  mesh: Mesh,
  routing: Routing,
  views: Pick<Views, 'view'>,
  plans: GatewayPlans,
): { readonly rds: Translator; readonly vhds: Translator } {
  const hashKeys = createHashKeys(graph, mesh);
  const clients = createClientHosts(graph, mesh, routing);
  const layers = {
    sidecar: createOutboundRoutes(graph, mesh, clients, createHostBuilder(mesh, routing, hashKeys)),
    router: createGatewayRoutes(graph, routing, plans, hashKeys),
  };
  const layersOf = (view: View) => layers[view.role];

  const routes = graph.query('routes', (id): Layers<Entry> => {
    const view = views.view(id);
    return [layersOf(view).routes(view)];
  });
  const virtualHosts = graph.query('routes.virtualHosts', (id): Layers<Entry> => {
    const view = views.view(id);
    return view.virtualHosts === 'discovered' ? layersOf(view).virtualHosts(view) : [];
  });
  const rds: Translator = {
    type: 'rds',
    resources: routes,
    explain: (id, name) => explained(layersOf(views.view(id)).explainRoute(views.view(id), name)),
  };
  const vhds: Translator = {
    type: 'vhds',
    resources: virtualHosts,
    explain: (id, name) => explained(layersOf(views.view(id)).explainVirtualHost(views.view(id), name)),
  };
  return { rds, vhds };
}
