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
export { kindOf, serverNamesOf } from './gateway-servers.ts';
export { type Perspective, parsePerspective, type Seen } from './perspective.ts';
export type * from './route.ts';
export type * from './routing.ts';
export { withCredentials } from './server-credentials.ts';
export type { ServerAuthorities, ServerCertificate, ServerTls, TlsEnd, TlsVersion } from './server-tls.ts';
