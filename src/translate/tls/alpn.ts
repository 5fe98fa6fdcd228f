import type { Service, ServicePort } from '../../mesh/index.ts';

/**
 * What a client of the mesh offers, so that a port which takes TLS of its application as well knows which of both it is.
 * Istio's own proxies rewrite it for each request; stock Envoys cannot. See docs/decisions/0007-alpn-of-stock-envoys.md.
 */
export const MESH_ALPN: readonly string[] = [
  'istio',
  'istio-peer-exchange',
  'istio-http/1.0',
  'istio-http/1.1',
  'istio-h2',
];

/** Offered only for requests. */
export const MESH_HTTP_ALPN: readonly string[] = ['istio-http/1.0', 'istio-http/1.1', 'istio-h2'];

/** Offered for anything. */
export const MESH_TCP_ALPN: readonly string[] = ['istio', 'istio-peer-exchange'];

/** `byConnection`: each connection offers what is spoken on it, which Envoy does where no list is given. */
export function mtlsAlpn(byConnection: boolean, isHttp2: boolean): readonly string[] | undefined {
  if (isHttp2) return ['istio', 'h2'];
  return byConnection ? undefined : ['istio'];
}

/**
 * Where nobody said what a port speaks, its clients tell connection by connection: `http/1.1`, `h2` or nothing. Their
 * server name tells them from TLS of the application. Not for headless services, whose instances have names that look alike.
 */
export function marksProtocol({ resolution }: Service, { protocol }: Pick<ServicePort, 'protocol'>): boolean {
  return protocol === 'auto' && resolution !== 'passthrough';
}

/** Matches `outbound_.80_.v1_.cart.shop.svc.cluster.local`, and not the host itself. */
export function markedName({ host }: Service): string {
  return `*.${host}`;
}
