import { type ObjectKey, parseObjectKey } from '../../api/index.ts';
import type { Graph } from '../../graph/index.ts';
import { kubernetesHost, type Mesh, parseServiceId } from '../../mesh/index.ts';
import type { Tables } from '../../store/index.ts';
import type { Routing } from '../routing.ts';
import type { GatewayApi, RouteKind } from './gateway-api.ts';
import { type MeshPort, meshPortsKey } from './mesh-attachments.ts';
import { createMeshBackends } from './mesh-backends.ts';
import { createMeshConnections } from './mesh-connections.ts';
import { consumersIn, PRODUCERS, producersIn } from './route-headings.ts';
import { routeSetId } from './route-set.ts';
import { memberOf } from './rules.ts';

/** What routes of Services are for the clients of a namespace: https://gateway-api.sigs.k8s.io/geps/gep-1294/ */
export interface MeshRouting extends Pick<Routing, 'routesFor' | 'tcpRoutes' | 'routedPort' | 'routedHosts'> {
  /** The oldest route that holds for a host, in place of any VirtualService. */
  readonly holderOf: (clientNamespace: string, host: string) => ObjectKey | undefined;
  /** Hosts whose routes may differ between clients of a namespace and those elsewhere: see `Routing.ownHosts`. */
  readonly ownHosts: Routing['ownHosts'];
}

export function createMeshRouting(graph: Graph, store: Tables, mesh: Mesh, api: GatewayApi): MeshRouting {
  const hostsOfEntry = store.serviceEntries.column('parentHosts', ({ spec }) => spec.hosts);
  const clusterDomain = graph.query('gatewayApi.meshDomain', () => mesh.config().clusterDomain);
  const hostsOf = (parent: ObjectKey): readonly string[] => {
    const { kind, namespace, name } = parseObjectKey(parent);
    if (kind === 'ServiceEntry') return hostsOfEntry(`${namespace}/${name}`) ?? [];
    return [kubernetesHost(namespace, name, clusterDomain(''))];
  };

  /** What holds where, by the object of a Service: of two routes for a port that of the client's own namespace. */
  const portsAt = (parent: ObjectKey, clientNamespace: string): readonly MeshPort[] => {
    const { namespace } = parseObjectKey(parent);
    const isAbout = (group: string): boolean => api.meshParents(group).includes(parent);
    const produced = isAbout(producersIn(namespace)) ? api.meshPorts(meshPortsKey(parent, namespace)) : [];
    if (clientNamespace === namespace || !isAbout(consumersIn(clientNamespace))) return produced;
    const consumed = api.meshPorts(meshPortsKey(parent, clientNamespace));
    const others = produced.filter(({ number }) => !consumed.some((one) => one.number === number));
    return [...consumed, ...others].sort((a, b) => a.number - b.number);
  };
  const portsFor = (clientNamespace: string, host: string): readonly MeshPort[] => {
    const id = mesh.serviceOf(clientNamespace, host);
    if (id === undefined) return [];
    const groups = [producersIn(parseServiceId(id).namespace), consumersIn(clientNamespace)];
    // So that nobody reads a service of which no route speaks.
    if (groups.every((group) => api.meshParents(group).length === 0)) return [];
    const service = mesh.service(id);
    return service ? portsAt(service.origin.object, clientNamespace) : [];
  };

  const routedHosts = graph.query('gatewayApi.routedHosts', (namespace): ReturnType<Routing['routedHosts']> => {
    const parents = [...new Set([...api.meshParents(PRODUCERS), ...api.meshParents(consumersIn(namespace))])];
    const ports = parents
      .flatMap(hostsOf)
      .flatMap((host) =>
        portsFor(namespace, host).flatMap(({ number, kind }) => (isOfRequests(kind) ? [{ host, port: number }] : [])),
      );
    return ports.toSorted((a, b) => (a.host < b.host ? -1 : a.host > b.host ? 1 : a.port - b.port));
  });

  const backendsOf = createMeshBackends(graph, store, api);
  const producedBackends = graph.query('gatewayApi.producedBackends', () =>
    api.meshParents(PRODUCERS).map((parent) => ({ hosts: hostsOf(parent), backends: backendsOf(parent) })),
  );
  const ownHosts = graph.query('gatewayApi.ownHosts', (namespace): readonly string[] => {
    const own = new Set(mesh.ownHosts(namespace));
    const leading = producedBackends('').filter(({ backends }) => backends.some((host) => own.has(host)));
    return [...leading.flatMap(({ hosts }) => hosts), ...api.meshParents(consumersIn(namespace)).flatMap(hostsOf)];
  });

  return {
    routesFor: (clientNamespace, host) => {
      const ports = portsFor(clientNamespace, host);
      if (ports.length === 0) return undefined;
      const tier = ports.flatMap(({ number, routes }) =>
        routes.flatMap(({ key }) => {
          const member = memberOf(key);
          return member ? [{ ...member, port: number }] : [];
        }),
      );
      return routeSetId({ inMesh: true, tiers: [tier] });
    },
    holderOf: (clientNamespace, host) => portsFor(clientNamespace, host)[0]?.routes[0]?.key,
    tcpRoutes: createMeshConnections(store, mesh, api, portsFor),
    routedPort: (clientNamespace, host, number) => {
      const port = portsFor(clientNamespace, host).find((one) => one.number === number);
      if (!port) return undefined;
      const origins = port.routes.map(({ key, path }) => ({ object: key, path }));
      return { as: isOfRequests(port.kind) ? 'requests' : 'connections', origins };
    },
    routedHosts,
    ownHosts,
  };
}

function isOfRequests(kind: RouteKind): boolean {
  return kind === 'HTTPRoute' || kind === 'GRPCRoute';
}
