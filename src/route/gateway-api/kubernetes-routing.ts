import type { Graph } from '../../graph/index.ts';
import type { Mesh } from '../../mesh/index.ts';
import type { Tables } from '../../store/index.ts';
import type { GatewayServer, Routing } from '../routing.ts';
import type { GatewayApi } from './gateway-api.ts';
import { createGatewayHosts } from './gateway-hosts.ts';
import { createInboundHosts } from './inbound-hosts.ts';
import { createMeshRouting, type MeshRouting } from './mesh-routing.ts';
import { createRoutesSeen } from './routes-seen.ts';
import { createRules } from './rules.ts';
import { createServers } from './servers.ts';

export { isKubernetes, SET } from './route-set.ts';

/** The part of Routing that Gateway API's objects have. Who joins it with VirtualServices asks here first. */
export interface KubernetesRouting
  extends Pick<Routing, 'serversFor' | 'serverHosts' | 'serverTcpRoutes' | 'gatewayHosts' | 'perspective'> {
  /** Of a set that is one of Gateway API's. */
  readonly routesSeen: Routing['routesSeen'];
  readonly inboundHosts: Routing['inboundHosts'];
  /** In the mesh. */
  readonly inMesh: MeshRouting;
}

export function isKubernetesServer({ gateway }: GatewayServer): boolean {
  return gateway.startsWith('gateway.networking.k8s.io/');
}

export function createKubernetesRouting(graph: Graph, store: Tables, mesh: Mesh, api: GatewayApi): KubernetesRouting {
  return {
    ...createServers(graph, store, api),
    ...createGatewayHosts(graph, api),
    ...createRoutesSeen(graph, mesh, api.backend, createRules(store)),
    inboundHosts: createInboundHosts(graph, store, api),
    inMesh: createMeshRouting(graph, store, mesh, api),
  };
}
