import type { ObjectKey } from '../mesh/index.ts';

/**
 * Istio's names, exactly: people read them in config_dump, access logs and metrics, and tools parse them.
 * https://istio.io/latest/docs/ops/diagnostic-tools/proxy-cmd/
 */

/** Refuses everything: a STATIC cluster without endpoints. */
export const BLACK_HOLE_CLUSTER = 'BlackHoleCluster';
/** Sends to wherever the client was going. */
export const PASSTHROUGH_CLUSTER = 'PassthroughCluster';
/** Sends what arrived for a port that no service has on to the application. */
export const INBOUND_PASSTHROUGH_CLUSTER = 'InboundPassthroughCluster';

export const VIRTUAL_OUTBOUND_LISTENER = 'virtualOutbound';
export const VIRTUAL_INBOUND_LISTENER = 'virtualInbound';
export const HTTP_PROXY_LISTENER_ROUTE = 'http_proxy';

export function outboundClusterName(port: number, subset: string | undefined, host: string): string {
  return `outbound|${port}|${subset ?? ''}|${host}`;
}

/** The cluster by which a route reaches a service, or what is outside. */
export function destinationCluster(to: Destination | External): string {
  if ('backend' in to) return `xbackend|${to.port}|${to.speaks}|${to.backend}`;
  const { host, port, subset, as, sealed } = to;
  // No subset is called so.
  if (sealed) return outboundClusterName(port, '~sealed', host);
  return outboundClusterName(port, as === undefined ? subset : `~${as}`, host);
}

interface Destination {
  readonly host: string;
  readonly port: number;
  readonly subset: string | undefined;
  /** The Gateway whose client certificate is shown. */
  readonly as?: string;
  /** It is encrypted already. */
  readonly sealed?: true;
}

interface External {
  /** `namespace/name` of the object that says what it is. */
  readonly backend: string;
  readonly port: number;
  readonly speaks: string;
}

export function inboundClusterName(targetPort: number): string {
  return `inbound|${targetPort}||`;
}

/** `0.0.0.0_80`, `10.0.0.7_3306`, `[::1]_80` without the brackets, as Istio writes it. */
export function listenerName(address: string, port: number): string {
  return `${address}_${port}`;
}

/** What takes datagrams shares its address with what takes connections: `127.20.0.1_5300_udp`. */
export function udpListenerName(address: string, port: number): string {
  return `${listenerName(address, port)}_udp`;
}

/** Where datagrams of a route go, which no other traffic does: `udp|dns.infra`. */
export function udpClusterName(route: ObjectKey): string {
  const [, , namespace, name] = route.split('/');
  return `udp|${name}.${namespace}`;
}

/** The route of all HTTP services on one port: `80`. */
export function outboundRouteName(port: number): string {
  return `${port}`;
}

/** The route of a service that has a listener of its own because its protocol is detected: `cart.shop:80`. */
export function detectedRouteName(host: string, port: number): string {
  return `${host}:${port}`;
}

/** The route of a gateway's plain HTTP servers on one port: `http.80`, or `http.80.10.0.0.1` on a bound address. */
export function gatewayRouteName(port: number, bind?: string): string {
  return bind ? `http.${port}.${bind}` : `http.${port}`;
}

/** The route of one HTTPS server of a Gateway: `https.443.https.public.edge`; of another kind: `https.443.https.public~listenerset.edge`. */
export function secureRouteName({ port, portName, gateway, bind }: SecureServer): string {
  const [, kind = '', namespace, name] = gateway.split('/');
  const holder = kind === 'Gateway' ? name : `${name}~${kind.toLowerCase()}`;
  const route = `https.${port}.${portName}.${holder}.${namespace}`;
  return bind ? `${route}.${bind}` : route;
}

interface SecureServer {
  readonly port: number;
  readonly portName: string;
  readonly gateway: ObjectKey;
  readonly bind: string | undefined;
}

/** A cluster, and the server name by which mTLS that nobody on the way ends asks for it: `outbound_.80_.v2_.cart.shop`. */
export function sniClusterName(port: number, subset: string | undefined, host: string): string {
  return `outbound_.${port}_.${subset ?? ''}_.${host}`;
}

/** The name of the one virtual host on an inbound port. */
export function inboundVirtualHostName(port: number): string {
  return `inbound|http|${port}`;
}

/** Istio ends stat prefixes so, that its tag extraction can tell where a name with dots stops. */
export function statPrefix(name: string): string {
  return `${name};`;
}

/** `/apis/networking.istio.io/v1/namespaces/shop/destination-rule/cart`: where Istio's metadata says a rule comes from. */
export function configPath(object: ObjectKey): string {
  const [group, kind = '', namespace, name] = object.split('/');
  const kebab = kind.replace(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase();
  return `/apis/${group}/v1/namespaces/${namespace}/${kebab}/${name}`;
}
