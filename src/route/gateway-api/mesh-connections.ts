import { type ObjectKey, parseObjectKey } from '../../api/index.ts';
import type { Mesh } from '../../mesh/index.ts';
import type { Tables } from '../../store/index.ts';
import type { TcpRoute, WeightedDestination } from '../route.ts';
import type { Routing } from '../routing.ts';
import { backendKey, parseBackendKey } from './backend.ts';
import { fromTcpRoute } from './from-tcp-route.ts';
import { fromTlsRoute } from './from-tls-route.ts';
import type { GatewayApi } from './gateway-api.ts';
import type { Backends } from './l4-rule.ts';
import type { MeshPort } from './mesh-attachments.ts';

/**
 * Connections to a port of a Service that has routes for them: the oldest first, and what none of them takes is closed.
 * Empty: it has none.
 */
export function createMeshConnections(
  store: Tables,
  mesh: Mesh,
  api: GatewayApi,
  portsFor: (clientNamespace: string, host: string) => readonly MeshPort[],
): Routing['tcpRoutes'] {
  const backends: Backends = {
    of: (key) => {
      const { from, to } = parseBackendKey(key);
      return api.backend(backendKey({ from: { ...from, inMesh: true }, to }));
    },
    as: undefined,
    sealed: false,
  };
  const routesOf = (route: ObjectKey, kind: MeshPort['kind']): readonly TcpRoute[] => {
    const { namespace, name } = parseObjectKey(route);
    const row = `${namespace}/${name}`;
    if (kind !== 'TLSRoute') return fromTcpRoute(store.tcpRoutes.get(row), backends);
    const found = store.tlsRoutes.get(row);
    return fromTlsRoute(found, found?.spec.hostnames?.length ? found.spec.hostnames : ['*'], backends);
  };
  return (_set, client, host, number) => {
    const port = portsFor(client.namespace, host).find((one) => one.number === number);
    if (port?.kind !== 'TLSRoute' && port?.kind !== 'TCPRoute') return [];
    const all = port.routes.flatMap(({ key }) => routesOf(key, port.kind));
    return [...all.map((route) => seenFrom(client.namespace, route, mesh)), closed(port)];
  };
}

/** A service that is not exported to whoever calls is not there for them. */
function seenFrom(clientNamespace: string, route: TcpRoute, mesh: Mesh): TcpRoute {
  const destinations = route.destinations.map((destination): WeightedDestination => {
    const { to } = destination;
    if (to.kind === 'external') return destination;
    const isSeen = to.kind !== 'service' || mesh.serviceOf(clientNamespace, to.host) !== undefined;
    return isSeen ? destination : { ...destination, to: { kind: 'broken', status: 500 } };
  });
  return { ...route, destinations };
}

/** Routes take the place of what went without them. */
function closed({ routes }: MeshPort): TcpRoute {
  const { key, path } = routes[0]!;
  const match = { sniHosts: [], destinationSubnets: [], sourceSubnets: [] };
  return { origin: { object: key, path }, match, destinations: [] };
}
