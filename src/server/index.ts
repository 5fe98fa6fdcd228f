/**
 * The gRPC server: joins streams, views and resource sets.
 *
 *   in   a ResourceSource (a node → the layers of its resources, and a call when they may have changed)
 *   out  xDS over ADS, SotW and delta, on a plaintext port and behind TLS; certificates; health; events; a status of every proxy
 *
 * Translates nothing, and decides nothing about what is sent when: that is xds. Signs nothing: that is ca. On the plaintext
 * port nobody ever has an identity.
 */
export type { ProxyStatus, ProxyStream, ServerEvent } from './events.ts';
export type { Residents } from './impersonation.ts';
export { DEFAULT_LIMITS, type Limits } from './limits.ts';
export { type Address, DEFAULT_ADDRESS, DEFAULT_SECURE_ADDRESS, ListenError } from './listen.ts';
export { NodeRefused, type OpenView, type ResourceSource } from './resource-source.ts';
export type { SecureOptions } from './secure-server.ts';
export { createServer, type ServerOptions, type XdsServer } from './server.ts';
export { realTimers, type Timers } from './timers.ts';
export { createWorkloadCertificates, type WorkloadCertificates } from './workload-certificates.ts';
