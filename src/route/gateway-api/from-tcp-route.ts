import type { TcpRouteObject } from '../../api/index.ts';
import type { TcpRoute } from '../route.ts';
import { type Backends, l4Rules } from './l4-rule.ts';

/** Every connection of a port: https://gateway-api.sigs.k8s.io/reference/spec/#tcproute */
export function fromTcpRoute(route: TcpRouteObject | undefined, backends: Backends): readonly TcpRoute[] {
  return route ? l4Rules(route, [], backends) : [];
}
