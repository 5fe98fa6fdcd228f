import type { VirtualService } from '../api/index.ts';
import type { Graph } from '../graph/index.ts';
import type { Mesh } from '../mesh/index.ts';
import type { Tables } from '../store/index.ts';
import { defaultRoute } from './default-route.ts';
import { tcpRulesOf } from './from-tcp-routes.ts';
import { createGatewayRouting } from './gateway-routing.ts';
import { createMeshRouting } from './mesh-routing.ts';
import { createOwnHosts } from './own-hosts.ts';
import { createPerspectives } from './perspective.ts';
import { createProblems } from './problems.ts';
import { membersOf } from './route-set.ts';
import { createRoutesSeen, createTcpRoutesSeen } from './routes-seen.ts';
import type { Routing } from './routing.ts';
import { clientMatchesOf, createVirtualServices } from './virtual-services.ts';

/** Which requests go where, from VirtualServices and Gateways. The only file here that joins queries to pure functions. */
export function createRouting(graph: Graph, store: Tables, mesh: Mesh): Routing {
  const virtualServices = createVirtualServices(graph, store, mesh);
  const tcpRules = graph.query('route.tcpRules', (key) => {
    const object = store.virtualServices.get(key);
    return object ? tcpRulesOf(object) : [];
  });
  const rules = { ...virtualServices, tcpRules };
  const perspective = createPerspectives(graph, mesh, rules);
  const routesSeen = createRoutesSeen(mesh, rules);
  const inMesh = createMeshRouting(graph, mesh, virtualServices, store.virtualServices.keys);
  const tcpRoutes = createTcpRoutesSeen(mesh, rules, perspective);
  const atGateways = createGatewayRouting(graph, store, virtualServices, tcpRoutes);

  const labelKeys = store.virtualServices.column('labelKeys', labelKeysOf);
  const clientLabelKeys = graph.query('route.clientLabelKeys', () =>
    [...new Set(store.virtualServices.keys().flatMap((key) => labelKeys(key) ?? []))].sort(),
  );
  const gatewayLabelKeys = graph.query('route.gatewayLabelKeys', () =>
    [
      ...new Set(store.gateways.keys().flatMap((key) => Object.keys(store.gateways.get(key)!.spec.selector ?? {}))),
    ].sort(),
  );

  return {
    ...inMesh,
    ownHosts: createOwnHosts(graph, store, mesh, virtualServices, inMesh.extraHosts),
    ...atGateways,
    perspective,
    routesSeen,
    tcpRoutes,
    meshRoutes: (set, client, host, port, service) => {
      const routes = routesSeen(set, perspective(set, client, host), { port });
      const own = service === undefined ? undefined : mesh.service(service);
      return routes.length === 0 && own ? [defaultRoute(own, port)] : routes;
    },
    gatewayRoutes: (set, host, port, namespace = membersOf(set)[0]?.rule.split('/')[0] ?? '') =>
      routesSeen(set, perspective(set, { namespace, labels: {} }, host), { port }),
    clientLabelKeys: () => clientLabelKeys(''),
    selectorKeys: () => [...new Set([...clientLabelKeys(''), ...gatewayLabelKeys('')])].sort(),
    problems: createProblems(graph, store, mesh, rules),
  };
}

/** The labels by which its rules tell clients apart. */
function labelKeysOf(object: VirtualService): readonly string[] {
  return [...new Set(clientMatchesOf(object).flatMap(({ sourceLabels }) => Object.keys(sourceLabels ?? {})))];
}
