import type { Listener } from '../../api/index.ts';
import type { RouteKind } from './gateway-api.ts';
import { GATEWAY_GROUP } from './group.ts';

/** https://gateway-api.sigs.k8s.io/reference/spec/#protocoltype, and what of them is spoken here. */
const PROTOCOLS: Readonly<Record<string, readonly RouteKind[]>> = {
  HTTP: ['HTTPRoute', 'GRPCRoute'],
  HTTPS: ['HTTPRoute', 'GRPCRoute'],
  TLS: ['TLSRoute'],
  TCP: ['TCPRoute'],
  UDP: ['UDPRoute'],
};

export const SPOKEN = Object.keys(PROTOCOLS);

export interface RouteKinds {
  /** That the listener takes. */
  readonly supported: readonly RouteKind[];
  /** That it names and cannot take, by their place in its list. */
  readonly invalid: readonly { readonly at: number; readonly kind: string }[];
}

export function routeKindsOf({ protocol, allowedRoutes }: Listener): RouteKinds {
  const possible = PROTOCOLS[protocol] ?? [];
  const asked = allowedRoutes?.kinds ?? [];
  const isPossible = ({ group = GATEWAY_GROUP, kind }: (typeof asked)[number]): boolean =>
    group === GATEWAY_GROUP && (possible as readonly string[]).includes(kind);
  return {
    supported:
      asked.length === 0 ? possible : possible.filter((one) => asked.some((it) => it.kind === one && isPossible(it))),
    invalid: asked.flatMap((one, at) => (isPossible(one) ? [] : [{ at, kind: one.kind }])),
  };
}
