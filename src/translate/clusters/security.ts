import type { ClientTls, Endpoint, Service, ServicePort, TrafficPolicy } from '../../mesh/index.ts';
import type { Cluster, TlsParameters, TransportSocket, TransportSocketMatch } from '../../proto/index.ts';
import { sniClusterName } from '../names.ts';
import {
  buildClientTls,
  IMPOSSIBLE_TLS,
  marksProtocol,
  meshClientTls,
  mtlsAlpn,
  type SecretsFrom,
  type ServerPeer,
  serverPeerTls,
} from '../tls/index.ts';
import type { Discovery } from './discovery.ts';
import { isHttp2 } from './http-protocol.ts';
import { RAW_BUFFER, throughProxyProtocol } from './transport.ts';

/** All that decides how connections of a cluster are secured. */
export interface Security {
  /** Undefined: this proxy has no certificate, and takes part in no mutual TLS. */
  readonly secrets: SecretsFrom | undefined;
  /** The Secrets that the proxy may have. Undefined: only gateways may have any. */
  readonly credentials: Credentials | undefined;
  /** Mutual TLS where nobody said anything: `enableAutoMtls`. */
  readonly isAutomatic: boolean;
  /** SPIFFE URIs of the workloads behind the service. */
  readonly identities: readonly string[];
  /** For servers that are no workloads of the mesh. */
  readonly otherTls: TlsParameters;
  readonly takesMtls: (endpoint: Endpoint) => boolean;
  /** Whether each of its endpoints does; there is one at least. */
  readonly allTakeMtls: boolean;
}

/** By the names that rules call them. */
interface Credentials {
  readonly hasPair: (name: string) => boolean;
  readonly hasAuthorities: (name: string) => boolean;
}

interface Destination extends Security {
  readonly service: Service;
  readonly port: ServicePort;
  readonly subset: string | undefined;
  readonly discovery: Discovery;
  readonly policy: TrafficPolicy;
}

/** https://istio.io/latest/docs/ops/configuration/traffic-management/tls-configuration/#auto-mtls */
export function buildSecurity(to: Destination): Pick<Cluster, 'transportSocket' | 'transportSocketMatches'> {
  const { tls, proxyProtocol } = to.policy;
  const around = (socket: TransportSocket | undefined): TransportSocket | undefined =>
    throughProxyProtocol(proxyProtocol, socket);
  if (tls) return { transportSocket: around(saidSocket(to, tls)) };
  const automatic = automaticSocket(to);
  if (!automatic) return { transportSocket: around(undefined) };
  // An original destination has no metadata to tell by: then all endpoints speak it, or none is spoken to so.
  if (to.discovery === 'ORIGINAL_DST') return { transportSocket: around(to.allTakeMtls ? automatic : undefined) };
  return {
    transportSocketMatches: [
      { name: 'tlsMode-istio', match: { tlsMode: 'istio' }, transportSocket: around(automatic)! },
      { name: 'tlsMode-disabled', match: {}, transportSocket: around(RAW_BUFFER)! },
    ] satisfies TransportSocketMatch[],
  };
}

/** What HTTP requests tell the TLS handshake where the rule does not. */
export interface FromRequest {
  readonly autoSni: boolean;
  readonly autoSanValidation: boolean;
}

/** The Host header is the server name, and the certificate must be for it. */
export function fromRequest(service: Service, tls: ClientTls | undefined): FromRequest | undefined {
  if (tls?.mode !== 'simple' && tls?.mode !== 'mutual') return undefined;
  if (tls.sni !== undefined) return undefined;
  const isVerified = tls.trust.from !== 'anywhere';
  return { autoSni: true, autoSanValidation: isVerified && expectedNames(service, tls).length === 0 };
}

function saidSocket(to: Destination, tls: ClientTls): TransportSocket | undefined {
  switch (tls.mode) {
    case 'disable':
      return undefined;
    case 'impossible':
      return IMPOSSIBLE_TLS;
    case 'mesh':
      return meshSocket(to, tls.subjectAltNames, tls.sni) ?? IMPOSSIBLE_TLS;
    case 'simple':
    case 'mutual':
      return serverSocket(to, tls);
  }
}

function automaticSocket(to: Destination): TransportSocket | undefined {
  return to.isAutomatic && !to.service.external ? meshSocket(to, [], undefined) : undefined;
}

function meshSocket(
  { secrets, service, port, subset, policy, identities }: Destination,
  said: readonly string[],
  sni: string | undefined,
): TransportSocket | undefined {
  if (!secrets) return undefined;
  const marks = sni === undefined && marksProtocol(service, port);
  return buildClientTls(
    meshClientTls(secrets, {
      subjectAltNames: said.length > 0 ? said : identities,
      sni: sni ?? sniClusterName(port.number, subset, service.host),
      alpn: mtlsAlpn(marks, isHttp2(port.protocol, policy.connectionPool)),
    }),
  );
}

function serverSocket(to: Destination, tls: ServerPeer): TransportSocket {
  if (!hasWhatItNeeds(to.credentials, tls)) return IMPOSSIBLE_TLS;
  const peer = { ...tls, subjectAltNames: expectedNames(to.service, tls) };
  const alpn = isHttp2(to.port.protocol, to.policy.connectionPool) ? ['h2'] : undefined;
  return buildClientTls(serverPeerTls(to.secrets, peer, alpn, to.otherTls));
}

/** A secret that never comes would keep Envoy waiting for the whole cluster. */
function hasWhatItNeeds(credentials: Credentials | undefined, tls: ServerPeer): boolean {
  const pair = tls.mode !== 'mutual' || tls.certificate.from !== 'secret' || hasPair(credentials, tls.certificate);
  const authorities = tls.trust.from !== 'secret' || credentials?.hasAuthorities(tls.trust.name);
  return pair === true && authorities === true;
}

/** One that says its namespace was found already, for a Gateway that may have it. */
function hasPair(
  credentials: Credentials | undefined,
  { namespace, name }: { readonly namespace?: string; readonly name: string },
): boolean {
  return namespace === undefined ? credentials?.hasPair(name) === true : credentials !== undefined;
}

/** A ServiceEntry says whom it means where the rule does not. */
function expectedNames(service: Service, { subjectAltNames }: ServerPeer): readonly string[] {
  return subjectAltNames.length > 0 ? subjectAltNames : (service.subjectAltNames ?? []);
}
