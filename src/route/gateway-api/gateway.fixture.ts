import { type World, world } from '../testing.ts';

/** A proxy that serves `infra/public`, as its labels say. */
export const PROXY = { namespace: 'infra', labels: { 'gateway.networking.k8s.io/gateway-name': 'public' } } as const;

/** One Gateway, `infra/public`, with these listeners, and whatever else is given. */
export function gatewayWorld(listeners: readonly string[], ...documents: readonly string[]): World {
  return world(gateway(listeners), ...documents);
}

/** Routes of every namespace are let in. `{name: http, port: 80, protocol: HTTP}` */
export function gateway(listeners: readonly string[], more = ''): string {
  const open = listeners.map((listener) => listener.replace(/}$/, ', allowedRoutes: {namespaces: {from: All}}}'));
  const spec = `{gatewayClassName: pharos, listeners: [${open.join(', ')}]${more}}`;
  return `{apiVersion: gateway.networking.k8s.io/v1, kind: Gateway, row: infra/public, spec: ${spec}}`;
}

export const HTTP = '{name: http, port: 80, protocol: HTTP}';

/** `shop/cart` at `infra/public`; `rest`: hostnames and rules; `section`: one listener. */
export function httpRoute(row: string, rest: string, section?: string, kind = 'HTTPRoute'): string {
  const parent = `{name: public, namespace: infra${section ? `, sectionName: ${section}` : ''}}`;
  const spec = `{parentRefs: [${parent}], ${rest}}`;
  return `{apiVersion: gateway.networking.k8s.io/v1, kind: ${kind}, row: ${row}, spec: ${spec}}`;
}

export function grpcRoute(row: string, rest: string): string {
  return httpRoute(row, rest, undefined, 'GRPCRoute');
}
