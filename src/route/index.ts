/**
 * Routes: one ordered form for every routing language.
 *
 *   in   VirtualServices and Gateways (store), services and rules (mesh)
 *   out  Routing: routes by host and client; gateway servers and hosts by proxy
 *
 * Says nothing in Envoy's words, and cannot be asked which language a route came from.
 */
export { createRouting } from './create-routing.ts';
export { defaultRoute } from './default-route.ts';
export type * from './gateway-api/backend.ts';
export { type BackendTls, type BackendTlsPolicies, backendPort } from './gateway-api/backend-tls.ts';
export type { ExternalBackend } from './gateway-api/external-backends.ts';
export type * from './gateway-api/gateway-api.ts';
export { numberedPort } from './gateway-api/grpc-backends.ts';
export {
  DEFAULT_GATEWAY_OPTIONS,
  type GatewayOptions,
  ISTIO_CONTROLLER,
  OWN_CONTROLLER,
} from './gateway-api/options.ts';
export { GATEWAY_CLASS_NAME, GATEWAY_NAME } from './gateway-api/proxy-labels.ts';
export { backendObject } from './gateway-api/route-references.ts';
export { kindOf, serverNamesOf } from './gateway-servers.ts';
export type * from './inbound-route.ts';
export { type Perspective, parsePerspective, type Seen } from './perspective.ts';
export type * from './route.ts';
export type * from './routing.ts';
export { withCredentials } from './server-credentials.ts';
export type { ServerAuthorities, ServerCertificate, ServerTls, TlsEnd, TlsVersion } from './server-tls.ts';
