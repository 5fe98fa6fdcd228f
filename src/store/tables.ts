import type {
  AuthorizationPolicy,
  BackendTlsPolicy,
  DestinationRule,
  GatewayClass,
  GrpcRoute,
  IstioGateway,
  KubeConfigMap,
  KubeEndpointSlice,
  KubeEndpoints,
  KubeNamespace,
  KubeNode,
  KubePod,
  KubernetesGateway,
  KubernetesHttpRoute,
  KubeSecret,
  KubeService,
  LinkerdAuthorizationPolicy,
  LinkerdHttpRoute,
  LinkerdServer,
  LinkerdServerAuthorization,
  ListenerSet,
  MeshTlsAuthentication,
  NetworkAuthentication,
  PeerAuthentication,
  ReferenceGrant,
  RequestAuthentication,
  ServiceEntry,
  TcpRouteObject,
  TlsRouteObject,
  UdpRoute,
  VirtualService,
  WorkloadEntry,
  XBackend,
  XBackendTrafficPolicy,
  XMesh,
} from '../api/index.ts';
import type { Graph, Table } from '../graph/index.ts';

/** A table as the rest of the house sees it: only the store writes. */
export type Reader<V> = Omit<Table<V>, 'set' | 'delete'>;

/**
 * One table a kind, all versions of the kind together. Keys are `namespace/name`, or `name` alone for the kinds
 * that have no namespace. A value is the last one of which anything was usable; where there was none, of kinds that
 * close what is open without them, one that closes all that may have been meant.
 */
export interface Tables {
  readonly services: Reader<KubeService>;
  readonly endpointSlices: Reader<KubeEndpointSlice>;
  readonly endpoints: Reader<KubeEndpoints>;
  readonly pods: Reader<KubePod>;
  readonly namespaces: Reader<KubeNamespace>;
  readonly nodes: Reader<KubeNode>;
  readonly secrets: Reader<KubeSecret>;
  readonly configMaps: Reader<KubeConfigMap>;
  readonly virtualServices: Reader<VirtualService>;
  readonly destinationRules: Reader<DestinationRule>;
  readonly gateways: Reader<IstioGateway>;
  readonly serviceEntries: Reader<ServiceEntry>;
  readonly workloadEntries: Reader<WorkloadEntry>;
  readonly peerAuthentications: Reader<PeerAuthentication>;
  readonly requestAuthentications: Reader<RequestAuthentication>;
  readonly authorizationPolicies: Reader<AuthorizationPolicy>;
  readonly linkerdServers: Reader<LinkerdServer>;
  readonly linkerdServerAuthorizations: Reader<LinkerdServerAuthorization>;
  readonly linkerdAuthorizationPolicies: Reader<LinkerdAuthorizationPolicy>;
  readonly meshTlsAuthentications: Reader<MeshTlsAuthentication>;
  readonly networkAuthentications: Reader<NetworkAuthentication>;
  readonly gatewayClasses: Reader<GatewayClass>;
  readonly kubernetesGateways: Reader<KubernetesGateway>;
  readonly listenerSets: Reader<ListenerSet>;
  readonly httpRoutes: Reader<KubernetesHttpRoute>;
  readonly grpcRoutes: Reader<GrpcRoute>;
  readonly tlsRoutes: Reader<TlsRouteObject>;
  readonly tcpRoutes: Reader<TcpRouteObject>;
  readonly udpRoutes: Reader<UdpRoute>;
  readonly referenceGrants: Reader<ReferenceGrant>;
  readonly backendTlsPolicies: Reader<BackendTlsPolicy>;
  readonly xBackends: Reader<XBackend>;
  readonly xBackendTrafficPolicies: Reader<XBackendTrafficPolicy>;
  readonly xMeshes: Reader<XMesh>;
  readonly linkerdHttpRoutes: Reader<LinkerdHttpRoute>;
}

/** Which kind goes into which table. */
const KINDS: Readonly<Record<keyof Tables, string>> = {
  services: '/Service',
  endpointSlices: 'discovery.k8s.io/EndpointSlice',
  endpoints: '/Endpoints',
  pods: '/Pod',
  namespaces: '/Namespace',
  nodes: '/Node',
  secrets: '/Secret',
  configMaps: '/ConfigMap',
  virtualServices: 'networking.istio.io/VirtualService',
  destinationRules: 'networking.istio.io/DestinationRule',
  gateways: 'networking.istio.io/Gateway',
  serviceEntries: 'networking.istio.io/ServiceEntry',
  workloadEntries: 'networking.istio.io/WorkloadEntry',
  peerAuthentications: 'security.istio.io/PeerAuthentication',
  requestAuthentications: 'security.istio.io/RequestAuthentication',
  authorizationPolicies: 'security.istio.io/AuthorizationPolicy',
  linkerdServers: 'policy.linkerd.io/Server',
  linkerdServerAuthorizations: 'policy.linkerd.io/ServerAuthorization',
  linkerdAuthorizationPolicies: 'policy.linkerd.io/AuthorizationPolicy',
  meshTlsAuthentications: 'policy.linkerd.io/MeshTLSAuthentication',
  networkAuthentications: 'policy.linkerd.io/NetworkAuthentication',
  gatewayClasses: 'gateway.networking.k8s.io/GatewayClass',
  kubernetesGateways: 'gateway.networking.k8s.io/Gateway',
  listenerSets: 'gateway.networking.k8s.io/ListenerSet',
  httpRoutes: 'gateway.networking.k8s.io/HTTPRoute',
  grpcRoutes: 'gateway.networking.k8s.io/GRPCRoute',
  tlsRoutes: 'gateway.networking.k8s.io/TLSRoute',
  tcpRoutes: 'gateway.networking.k8s.io/TCPRoute',
  udpRoutes: 'gateway.networking.k8s.io/UDPRoute',
  referenceGrants: 'gateway.networking.k8s.io/ReferenceGrant',
  backendTlsPolicies: 'gateway.networking.k8s.io/BackendTLSPolicy',
  xBackends: 'gateway.networking.x-k8s.io/XBackend',
  xBackendTrafficPolicies: 'gateway.networking.x-k8s.io/XBackendTrafficPolicy',
  xMeshes: 'gateway.networking.x-k8s.io/XMesh',
  linkerdHttpRoutes: 'policy.linkerd.io/HTTPRoute',
};

/** The tables to read, and the same tables by `group/Kind` to write. */
export function createTables(graph: Graph): { tables: Tables; byKind: ReadonlyMap<string, Table<unknown>> } {
  const entries = Object.keys(KINDS).map((name) => [name, graph.table<unknown>(name)] as const);
  const byKind = new Map(entries.map(([name, table]) => [KINDS[name as keyof Tables], table]));
  return { tables: Object.fromEntries(entries) as unknown as Tables, byKind };
}
