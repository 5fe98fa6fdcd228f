import { type ObjectKey, objectKey, type Problem } from '../api/index.ts';
import { type Graph, gather } from '../graph/index.ts';
import { entriesOf } from '../lib/shares.ts';
import type { Mesh } from '../mesh/index.ts';
import type { Policies } from '../policy/index.ts';
import type { Routing } from '../route/index.ts';
import type { Status } from '../status/index.ts';
import type { Store } from '../store/index.ts';

interface Rooms {
  readonly graph: Graph;
  readonly store: Store;
  readonly mesh: Mesh;
  readonly routing: Routing;
  readonly policies: Policies;
  readonly status: Status;
}

/**
 * What is wrong between objects, as a query: while it is watched, one change looks again at the objects that it concerns
 * and at no others. What is wrong inside an object stands in the store already.
 */
export function createRelationProblems({
  graph,
  store,
  mesh,
  routing,
  policies,
  status,
}: Rooms): () => readonly Problem[] {
  const tables = {
    '/Service': store.services,
    'networking.istio.io/ServiceEntry': store.serviceEntries,
    'networking.istio.io/WorkloadEntry': store.workloadEntries,
    'networking.istio.io/DestinationRule': store.destinationRules,
    'networking.istio.io/VirtualService': store.virtualServices,
    'networking.istio.io/Gateway': store.gateways,
    'security.istio.io/PeerAuthentication': store.peerAuthentications,
    'security.istio.io/RequestAuthentication': store.requestAuthentications,
    'security.istio.io/AuthorizationPolicy': store.authorizationPolicies,
    'policy.linkerd.io/Server': store.linkerdServers,
    'policy.linkerd.io/ServerAuthorization': store.linkerdServerAuthorizations,
    'policy.linkerd.io/AuthorizationPolicy': store.linkerdAuthorizationPolicies,
    'policy.linkerd.io/MeshTLSAuthentication': store.meshTlsAuthentications,
    'policy.linkerd.io/NetworkAuthentication': store.networkAuthentications,
    'policy.linkerd.io/HTTPRoute': store.linkerdHttpRoutes,
    '/ConfigMap': store.configMaps,
    'gateway.networking.k8s.io/GatewayClass': store.gatewayClasses,
    'gateway.networking.k8s.io/Gateway': store.kubernetesGateways,
    'gateway.networking.k8s.io/ListenerSet': store.listenerSets,
    'gateway.networking.k8s.io/HTTPRoute': store.httpRoutes,
    'gateway.networking.k8s.io/GRPCRoute': store.grpcRoutes,
    'gateway.networking.k8s.io/TLSRoute': store.tlsRoutes,
    'gateway.networking.k8s.io/TCPRoute': store.tcpRoutes,
    'gateway.networking.k8s.io/UDPRoute': store.udpRoutes,
    'gateway.networking.k8s.io/BackendTLSPolicy': store.backendTlsPolicies,
    'gateway.networking.x-k8s.io/XBackend': store.xBackends,
    'gateway.networking.x-k8s.io/XBackendTrafficPolicy': store.xBackendTrafficPolicies,
    'gateway.networking.x-k8s.io/XMesh': store.xMeshes,
  };
  const kinds = Object.keys(tables) as (keyof typeof tables)[];
  const byKind = gather<readonly Problem[]>(graph, 'problems', {
    families: (kind) => tables[kind as keyof typeof tables].keys(),
    familyOf: (name) => name,
    read: (kind, name) => {
      const key = keyOf(kind, name);
      const found = [
        ...mesh.problems(key),
        ...routing.problems(key),
        ...policies.problems(key),
        ...status.problems(key),
      ];
      return found.length > 0 ? [[name, found]] : [];
    },
  });
  const all = graph.query('problems.all', () =>
    kinds.flatMap((kind) => [...entriesOf(byKind(kind))].flatMap(([, found]) => found)),
  );
  return () => all('');
}

/** `/Service` and `shop/cart` → `/Service/shop/cart`. */
function keyOf(kind: string, name: string): ObjectKey {
  const [group = '', kindName = ''] = kind.split('/');
  const [namespace, objectName] = name.includes('/') ? name.split('/') : ['', name];
  return objectKey(group, kindName, namespace ?? '', objectName ?? '');
}
