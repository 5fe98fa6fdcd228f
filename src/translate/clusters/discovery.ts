import type { LoadBalancer, Service } from '../../mesh/index.ts';
import type { View } from '../../view/index.ts';

export type Discovery = 'EDS' | 'STRICT_DNS' | 'LOGICAL_DNS' | 'ORIGINAL_DST';

/**
 * How a proxy finds the endpoints of a service. Only connections that iptables brought have an original destination, so
 * a router, and a sidecar without interception, is told the endpoints of a headless service instead.
 */
export function discoveryOf(
  service: Service,
  balancer: LoadBalancer['kind'] | undefined,
  intercepted: boolean,
): Discovery {
  if (balancer === 'passthrough') return 'ORIGINAL_DST';
  switch (service.resolution) {
    case 'endpoints':
      return 'EDS';
    case 'dns':
      return 'STRICT_DNS';
    case 'logical-dns':
      return 'LOGICAL_DNS';
    case 'passthrough':
      return intercepted ? 'ORIGINAL_DST' : 'EDS';
  }
}

export function isIntercepted(view: Pick<View, 'role' | 'interception'>): boolean {
  return view.role === 'sidecar' && view.interception !== 'none';
}
