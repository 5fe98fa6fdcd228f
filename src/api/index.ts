/**
 * What users write: one file per kind with its schema.
 *
 *   in   a raw object
 *   out  parse(raw): the usable value, and the problems with the rest
 *
 * Looks at one object at a time. Knows no other object, no default that needs the mesh, and no Envoy.
 */
export type { Change, Locate } from './change.ts';
export type { BackendTlsPolicy, PolicyTargetReference } from './gateway/backend-tls-policy.ts';
export type { BackendValidation, SubjectAltName } from './gateway/backend-validation.ts';
export type { HttpExternalAuth } from './gateway/external-auth.ts';
export type { GatewayAddress, KubernetesGateway } from './gateway/gateway.ts';
export type { GatewayClass } from './gateway/gateway-class.ts';
export type { FrontendTls, FrontendValidation, GatewayTls } from './gateway/gateway-tls.ts';
export type { GrpcHeaderMatch, GrpcMethodMatch, GrpcRouteMatch } from './gateway/grpc-match.ts';
export type { GrpcBackendRef, GrpcRoute, GrpcRouteFilter, GrpcRouteRule } from './gateway/grpc-route.ts';
export type { HttpCors } from './gateway/http-cors.ts';
export type {
  HttpHeaderModifier,
  HttpPathModifier,
  HttpRequestMirror,
  HttpRequestRedirect,
  HttpRouteFilter,
  HttpUrlRewrite,
} from './gateway/http-filter.ts';
export {
  type HttpHeaderMatch,
  type HttpPathMatch,
  type HttpQueryParamMatch,
  type HttpRouteMatch,
  type PathType,
  pathOf,
} from './gateway/http-match.ts';
export type { KubernetesHttpRoute } from './gateway/http-route.ts';
export {
  type HttpBackendRef,
  type HttpRouteRetry,
  type HttpRouteRule,
  type HttpRouteTimeouts,
  matchesOf,
} from './gateway/http-rule.ts';
export type { L4RouteRule } from './gateway/l4-route.ts';
export type { AllowedRoutes, Listener, ListenerTls } from './gateway/listener.ts';
export type { ListenerSet } from './gateway/listener-set.ts';
export type { ReferenceGrant } from './gateway/reference-grant.ts';
export {
  type BackendObjectReference,
  type BackendRef,
  backendOf,
  type FullBackend,
  type FullParent,
  type FullReference,
  type GatewayObjectReference,
  type LocalReference,
  type ParentReference,
  parentOf,
  type SecretReference,
  secretOf,
} from './gateway/references.ts';
export type { SessionPersistence } from './gateway/session-persistence.ts';
export type { TcpRouteObject } from './gateway/tcp-route.ts';
export { TLS_OPTIONS } from './gateway/tls-options.ts';
export type { TlsRoute as TlsRouteObject } from './gateway/tls-route.ts';
export type { UdpRoute } from './gateway/udp-route.ts';
export { EVERY_TARGET, UNREADABLE_HOST, UNREADABLE_REFERENCE } from './gateway/unreadable.ts';
export { gatewayDurationMs } from './gateway/words.ts';
export type { XBackend } from './gateway/x-backend.ts';
export type { RetryConstraint, XBackendTrafficPolicy } from './gateway/x-backend-traffic-policy.ts';
export type { XMesh } from './gateway/x-mesh.ts';
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
export { cipherMistake, type ServerTlsSettings } from './istio/server-tls.ts';
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
export {
  type Authorities,
  authoritiesIn,
  authoritiesInConfigMap,
  type Held,
  keyPairIn,
} from './kubernetes/credential.ts';
export type { KubeEndpoint, KubeEndpointSlice } from './kubernetes/endpoint-slice.ts';
export type { KubeEndpoints } from './kubernetes/endpoints.ts';
export type { KubeNamespace } from './kubernetes/namespace.ts';
export type { KubeNode } from './kubernetes/node.ts';
export type { KubeContainer, KubePod } from './kubernetes/pod.ts';
export type { KubeSecret } from './kubernetes/secret.ts';
export { EXPORT_TO_ANNOTATION, type KubeService, type KubeServicePort } from './kubernetes/service.ts';
export type { LabelSelector } from './label-selector.ts';
export type { LinkerdAuthorizationPolicy } from './linkerd/authorization-policy.ts';
export {
  type LinkerdHttpRoute,
  type LinkerdHttpRouteFilter,
  type LinkerdHttpRouteRule,
  linkerdParentOf,
} from './linkerd/http-route.ts';
export type { MeshTlsAuthentication } from './linkerd/mesh-tls-authentication.ts';
export type { NetworkAuthentication } from './linkerd/network-authentication.ts';
export type { AuthenticationReference, IdentityReference, LinkerdNetwork } from './linkerd/policy.ts';
export { EVERY_PORT, type LinkerdServer } from './linkerd/server.ts';
export type { LinkerdServerAuthorization } from './linkerd/server-authorization.ts';
export { isServer, isServerFor, serversOfRoute } from './linkerd/server-parents.ts';
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
