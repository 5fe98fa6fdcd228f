/**
 * The mesh: what is true. Services, workloads and endpoints, who can see what, and which policy is in force.
 *
 *   in   tables of parsed objects (store)
 *   out  Mesh: queries by service, namespace and rule
 *
 * Knows nothing of Envoy, of connected proxies, or of where objects come from.
 */
export type { Labels, ObjectKey, Origin, Problem } from '../api/index.ts';
export type { ClientCertificate, ClientTls, Trust } from './client-tls.ts';
export { createMesh } from './create-mesh.ts';
export { AUTHORITIES_SUFFIX, type Credential, type Credentials } from './credentials.ts';
export type { Endpoint, Locality } from './endpoint.ts';
export type { ExtensionProvider } from './extension-provider.ts';
export { hostMatches, isWildcard, kubernetesHost, moreSpecific, parseKubernetesHost, resolveHost } from './host.ts';
export type { InboundPort } from './inbound.ts';
export { keysOfSelector, selectsLabels } from './label-selector.ts';
export { ELSEWHERE, type Mesh, type RuleId, type Subset } from './mesh.ts';
export { DEFAULT_MESH_CONFIG, type MeshConfig, type PathNormalization, type TlsLimits } from './mesh-config.ts';
export { type Aged, agedBy, byAge } from './precedence.ts';
export { cannotConnect } from './rule-credential-problems.ts';
export { lackOf, type RuleCredential } from './rule-credentials.ts';
export type { ExportTo, Protocol, Resolution, Service, ServiceId, ServicePort } from './service.ts';
export { parseServiceId, serviceId } from './service-id.ts';
export { suggestHost } from './suggest-host.ts';
export type {
  ConnectionPool,
  HashKey,
  LoadBalancer,
  OutlierDetection,
  TrafficPolicy,
  Warmup,
} from './traffic-policy.ts';
