/**
 * TLS: what both ends of a connection between workloads agree on, and what a rule says of connections to others.
 *
 *   in   where an Envoy has its certificate from, mesh-wide settings, what a DestinationRule says
 *   out  transport sockets for listeners and clusters
 *
 * Pure builders for clusters, sidecars' listeners and gateways alike. Knows names of secrets, never what is in them.
 */
export { MESH_ALPN, MESH_HTTP_ALPN, MESH_TCP_ALPN, markedName, marksProtocol, mtlsAlpn } from './alpn.ts';
export {
  buildClientTls,
  IMPOSSIBLE_TLS,
  type MeshPeer,
  meshClientTls,
  type ServerPeer,
  serverPeerTls,
} from './client-tls.ts';
export { type GatewayTlsDefaults, gatewayServerTls } from './gateway-tls.ts';
export { type MeshTls, meshTlsOf, otherTlsOf, VERSIONS } from './mesh-tls.ts';
export { credentialSecret, fileSecret, type SecretsFrom, secretsFrom, workloadSecret } from './secret-config.ts';
export {
  authoritiesSecretName,
  fileAuthoritiesName,
  filePairName,
  lentPairSecretName,
  pairSecretName,
} from './secret-names.ts';
export { buildServerTls, meshServerTls } from './server-tls.ts';
export { exactly, startingWith } from './subject-names.ts';
