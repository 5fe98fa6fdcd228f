/**
 * Bootstraps: the file an Envoy starts with, which tells it who it is and where pharos is. All else comes over xDS.
 *
 *   in   who the proxy is, where pharos is
 *   out  buildBootstrap(options): a Bootstrap as JSON
 *
 * Reads nothing of the mesh: a proxy may start before there is one.
 */
export { type BootstrapOptions, buildBootstrap } from './bootstrap.ts';
export { buildNode, type ProxyIdentity } from './node.ts';
export { XDS_CLUSTER, type XdsAddress } from './xds-cluster.ts';
export type { CertificateProof, XdsTls } from './xds-tls.ts';
export { type TokenProof, tokenSecretFile } from './xds-token.ts';
