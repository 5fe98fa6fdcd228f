import type { Protocol } from './service.ts';

/** What a port of a Kubernetes Service says of itself. */
export interface NamedPort {
  readonly port: number;
  readonly name?: string | undefined;
  readonly protocol?: string | undefined;
  readonly appProtocol?: string | undefined;
}

/**
 * `appProtocol`, else the port's name up to its first dash, else a guess is left to the proxy.
 * https://istio.io/latest/docs/ops/configuration/traffic-management/protocol-selection/
 */
export function kubernetesProtocol(port: NamedPort): Protocol {
  if (port.protocol === 'UDP') return 'udp';
  const said = (port.appProtocol ?? port.name ?? '').toLowerCase();
  if (port.appProtocol !== undefined && Object.hasOwn(STANDARD, said)) return STANDARD[said]!;
  if (said.startsWith('grpc-web')) return 'grpc-web';
  const protocol = protocolNamed(said.split('-')[0]!);
  return protocol === 'auto' && SERVER_SPEAKS_FIRST.has(port.port) ? 'tcp' : protocol;
}

/** `auto` for a word that is no protocol. */
export function protocolNamed(word: string): Protocol {
  const known = word.toLowerCase();
  return Object.hasOwn(PROTOCOLS, known) ? PROTOCOLS[known]! : 'auto';
}

/** https://kubernetes.io/docs/concepts/services-networking/service/#application-protocol */
const STANDARD: Readonly<Record<string, Protocol>> = {
  'kubernetes.io/h2c': 'http2',
  'kubernetes.io/ws': 'http',
  'kubernetes.io/wss': 'https',
};

const PROTOCOLS: Readonly<Record<string, Protocol>> = {
  http: 'http',
  http_proxy: 'http',
  http2: 'http2',
  grpc: 'grpc',
  'grpc-web': 'grpc-web',
  https: 'https',
  tls: 'tls',
  tcp: 'tcp',
  udp: 'udp',
  mongo: 'mongo',
  redis: 'redis',
  mysql: 'mysql',
  hbone: 'tcp',
};

/** SMTP, DNS, MySQL, MongoDB: a proxy that waits for the client's first bytes would hang them. */
const SERVER_SPEAKS_FIRST: ReadonlySet<number> = new Set([25, 53, 3306, 27017]);
