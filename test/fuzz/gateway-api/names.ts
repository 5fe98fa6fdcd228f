import type { RawObject } from '../../../src/api/index.ts';

/** The words of which configurations are made: few, so that objects meet. */
export const GATEWAY_API = 'gateway.networking.k8s.io';
export const NAMESPACES = ['infra', 'shop', 'web'] as const;
export const CLASSES = ['pharos', 'second', 'foreign', 'nowhere'] as const;
export const OWN_CONTROLLER = 'pharos.dev/gateway-controller';
export const GATEWAYS = ['public', 'inside'] as const;
export const LISTENER_SETS = ['extra', 'more'] as const;
export const SECTIONS = ['l0', 'l1', 'l2', 'l3'] as const;
export const ROUTES = ['one', 'two', 'three'] as const;
export const SERVICES = ['cart', 'mail', 'dns'] as const;
export const HOSTNAMES = ['a.example', 'b.example', 'x.a.example', '*.example', '*.a.example', 'c.test'] as const;
/** Hosts of requests: those that are written, and some under them. */
export const HOSTS = [
  'a.example',
  'b.example',
  'x.a.example',
  'y.a.example',
  'z.y.a.example',
  'c.test',
  'd.test',
] as const;
export const PORTS = {
  HTTP: [80, 8080],
  HTTPS: [443, 8443],
  TLS: [443, 8443],
  TCP: [9000, 8080],
  UDP: [53, 9000],
} as const;

export const ROUTE_KINDS = ['HTTPRoute', 'GRPCRoute', 'TLSRoute', 'TCPRoute', 'UDPRoute'] as const;
export type RouteKind = (typeof ROUTE_KINDS)[number];

/** `HTTPRoute shop/one`. */
export function nameOf({ kind, metadata: { namespace, name } }: RawObject): string {
  return namespace ? `${kind} ${namespace}/${name}` : `${kind} ${name}`;
}
