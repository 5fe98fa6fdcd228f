/**
 * The gRPC server: joins streams, views and resource sets.
 *
 *   in   a ResourceSource (a node → the layers of its resources, and a call when they may have changed)
 *   out  xDS over ADS, SotW and delta; health; events; a status of every proxy
 *
 * Translates nothing, and decides nothing about what is sent when: that is xds.
 */
export type { ProxyStatus, ProxyStream, ServerEvent } from './events.ts';
export { DEFAULT_LIMITS, type Limits } from './limits.ts';
export { type Address, DEFAULT_ADDRESS, ListenError } from './listen.ts';
export { NodeRefused, type OpenView, type ResourceSource } from './resource-source.ts';
export { createServer, type ServerOptions, type XdsServer } from './server.ts';
