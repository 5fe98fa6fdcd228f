/**
 * What users write: one file per kind with its schema.
 *
 *   in   a raw object
 *   out  parse(raw): the usable value, and the problems with the rest
 *
 * Looks at one object at a time. Knows no other object, no default that needs the mesh, and no Envoy.
 */
export type { Change, Locate } from './change.ts';
export { dryRunOf } from './istio/authorization-check.ts';
export type {
  AuthorizationCondition,
  AuthorizationOperation,
  AuthorizationPolicy,
  AuthorizationRule,
  AuthorizationSource,
} from './istio/authorization-policy.ts';
export { isPathTemplate } from './istio/authorization-values.ts';
export { parseClaimName } from './istio/claim-name.ts';
export { type ConditionKey, parseConditionKey } from './istio/condition-key.ts';
export type { DestinationRule, IstioSubset } from './istio/destination-rule.ts';
// Named for its neighbours too, which know no other Gateway.
export type { IstioGateway as Gateway, IstioGateway, Server } from './istio/gateway.ts';
export type {
  CorsPolicy,
  HttpDirectResponse,
  HttpFault,
  HttpHeaderOperations,
  HttpHeaders,
  HttpMatchRequest,
  HttpRedirect,
  HttpRetry,
  HttpRewrite,
  HttpRoute,
  HttpRouteDestination,
  IstioDestination,
  Percent,
} from './istio/http-route.ts';
export { NO_KEYS } from './istio/key-set.ts';
export type { MutualTls, PeerAuthentication } from './istio/peer-authentication.ts';
export type { JwtRule, RequestAuthentication } from './istio/request-authentication.ts';
export type { TargetReference, WorkloadSelector } from './istio/security.ts';
export type { ServerTlsSettings } from './istio/server-tls.ts';
export type { ServiceEntry, ServiceEntryPort } from './istio/service-entry.ts';
export type { StringMatch } from './istio/string-match.ts';
export type { RouteDestination, TcpMatch, TcpRoute, TlsMatch, TlsRoute } from './istio/tcp-route.ts';
export type {
  ClientTlsSettings,
  ConnectionPoolSettings,
  ConsistentHash,
  IstioTrafficPolicy,
  LoadBalancerSettings,
  OutlierDetectionSettings,
  PortLevelSettings,
} from './istio/traffic-policy.ts';
export { UNREADABLE } from './istio/unreadable.ts';
export { isUnreadableTls } from './istio/unreadable-tls.ts';
export type { VirtualService } from './istio/virtual-service.ts';
export type { Workload, WorkloadEntry } from './istio/workload-entry.ts';
export type { Kind } from './kind.ts';
export { type CertificateEnd, certificateEnds } from './kubernetes/certificate-ends.ts';
export type { KubeConfigMap } from './kubernetes/config-map.ts';
export { type Authorities, authoritiesIn, type Held, keyPairIn } from './kubernetes/credential.ts';
export type { KubeEndpoint, KubeEndpointSlice } from './kubernetes/endpoint-slice.ts';
export type { KubeEndpoints } from './kubernetes/endpoints.ts';
export type { KubeNamespace } from './kubernetes/namespace.ts';
export type { KubeNode } from './kubernetes/node.ts';
export type { KubeContainer, KubePod } from './kubernetes/pod.ts';
export type { KubeSecret } from './kubernetes/secret.ts';
export { EXPORT_TO_ANNOTATION, type KubeService, type KubeServicePort } from './kubernetes/service.ts';
export type { LinkerdAuthorizationPolicy } from './linkerd/authorization-policy.ts';
export type { MeshTlsAuthentication } from './linkerd/mesh-tls-authentication.ts';
export type { NetworkAuthentication } from './linkerd/network-authentication.ts';
export type { AuthenticationReference, IdentityReference, LabelSelector, LinkerdNetwork } from './linkerd/policy.ts';
export { EVERY_PORT, type LinkerdServer } from './linkerd/server.ts';
export type { LinkerdServerAuthorization } from './linkerd/server-authorization.ts';
export {
  displayName,
  groupOf,
  type KubeObject,
  type Labels,
  type Metadata,
  type ObjectKey,
  type Origin,
  objectKey,
  parseObjectKey,
  type RawObject,
} from './object.ts';
export { formatPath, type Path, parsePath } from './path.ts';
export type { Parsed, Place, Problem } from './problem.ts';
export { keyOf, kindFor, kinds, type ParsedObject, parseObject } from './registry.ts';
export { type Support, supportTable } from './support.ts';
export { writtenPath } from './written.ts';
