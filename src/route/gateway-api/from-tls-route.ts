import type { TlsRouteObject } from '../../api/index.ts';
import type { TcpRoute } from '../route.ts';
import { type Backends, l4Rules } from './l4-rule.ts';

/**
 * Connections by the server name of their handshake. `serverNames` are those that the route and its listener have in
 * common; `*` is any. https://gateway-api.sigs.k8s.io/reference/spec/#tlsroute
 */
export function fromTlsRoute(
  route: TlsRouteObject | undefined,
  serverNames: readonly string[],
  backends: Backends,
): readonly TcpRoute[] {
  return route ? l4Rules(route, serverNames, backends) : [];
}
