import type { UdpRoute } from '../../api/index.ts';
import type { TcpRoute } from '../route.ts';
import { type Backends, l4Rules } from './l4-rule.ts';

/** Every datagram of a port: https://gateway-api.sigs.k8s.io/reference/spec/#udproute */
export function fromUdpRoute(route: UdpRoute | undefined, backends: Backends): readonly TcpRoute[] {
  if (!route) return [];
  // Nothing is encrypted for anybody here.
  return l4Rules(route, [], { ...backends, as: undefined });
}
