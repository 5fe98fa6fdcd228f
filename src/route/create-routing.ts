import type { VirtualService } from '../api/index.ts';
import type { Graph } from '../graph/index.ts';
import type { Mesh } from '../mesh/index.ts';
import type { Tables } from '../store/index.ts';
import { defaultRoute } from './default-route.ts';
import { tcpRulesOf } from './from-tcp-routes.ts';
import { createGatewayApi } from './gateway-api/create-gateway-api.ts';
import { createKubernetesRouting, isKubernetes } from './gateway-api/kubernetes-routing.ts';
import { DEFAULT_GATEWAY_OPTIONS, type GatewayOptions } from './gateway-api/options.ts';
import { GATEWAY_PROXY_LABELS } from './gateway-api/proxy-labels.ts';
import { createGatewayRouting } from './gateway-routing.ts';
import { joinGateways } from './join-gateways.ts';
import { createMeshRouting } from './mesh-routing.ts';
import { createOwnHosts } from './own-hosts.ts';
import { createPerspectives } from './perspective.ts';
import { createProblems } from './problems.ts';
import { membersOf } from './route-set.ts';
import { createRoutesSeen, createTcpRoutesSeen } from './routes-seen.ts';
import type { Routing } from './routing.ts';
import { clientMatchesOf, createVirtualServices } from './virtual-services.ts';

/** Which requests go where, from VirtualServices and Gateways. The only file here that joins queries to pure functions. */
export function createRouting(
  graph: Graph,
  store: Tables,
  mesh: Mesh,
  options: GatewayOptions = DEFAULT_GATEWAY_OPTIONS,
): Routing {
  const gatewayApi = createGatewayApi(graph, store, mesh, options);
  const kubernetes = createKubernetesRouting(graph, store, mesh, gatewayApi);
  const virtualServices = createVirtualServices(graph, store, mesh);
  const tcpRules = graph.query('route.tcpRules', (key) => {
    const object = store.virtualServices.get(key);
    return object ? tcpRulesOf(object) : [];
  });
  const rules = { ...virtualServices, tcpRules };
  const istioPerspective = createPerspectives(graph, mesh, rules);
  const perspective: Routing['perspective'] = (set, client, host) =>
    isKubernetes(set) ? kubernetes.perspective(set, client, host) : istioPerspective(set, client, host);
  const istioRoutesSeen = createRoutesSeen(mesh, rules);
  const routesSeen: Routing['routesSeen'] = (set, seen, listening) =>
    isKubernetes(set) ? kubernetes.routesSeen(set, seen, listening) : istioRoutesSeen(set, seen, listening);
  const istioInMesh = createMeshRouting(graph, mesh, virtualServices, store.virtualServices.keys);
  const inMesh = {
    ...istioInMesh,
    routesFor: (namespace: string, host: string) =>
      kubernetes.inMesh.routesFor(namespace, host) ?? istioInMesh.routesFor(namespace, host),
    routedPort: kubernetes.inMesh.routedPort,
    routedHosts: kubernetes.inMesh.routedHosts,
    inboundHosts: kubernetes.inboundHosts,
  };
  const istioTcpRoutes = createTcpRoutesSeen(mesh, rules, perspective);
  const tcpRoutes: Routing['tcpRoutes'] = (set, client, host, port) =>
    (isKubernetes(set) ? kubernetes.inMesh.tcpRoutes : istioTcpRoutes)(set, client, host, port);
  const atGateways = joinGateways(kubernetes, createGatewayRouting(graph, store, virtualServices, istioTcpRoutes));
  const istioOwnHosts = createOwnHosts(graph, store, mesh, virtualServices, inMesh.extraHosts);
  const ownHosts = graph.query('route.allOwnHosts', (namespace) => {
    const routed = kubernetes.inMesh.ownHosts(namespace);
    const others = istioOwnHosts(namespace);
    return routed.length === 0 ? others : [...new Set([...others, ...routed])].sort();
  });

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
    ownHosts,
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
    selectorKeys: () => [...new Set([...clientLabelKeys(''), ...gatewayLabelKeys(''), ...GATEWAY_PROXY_LABELS])].sort(),
    gatewayApi,
    problems: createProblems(graph, store, mesh, { ...rules, holderOf: kubernetes.inMesh.holderOf }),
  };
}

/** The labels by which its rules tell clients apart. */
function labelKeysOf(object: VirtualService): readonly string[] {
  return [...new Set(clientMatchesOf(object).flatMap(({ sourceLabels }) => Object.keys(sourceLabels ?? {})))];
}
