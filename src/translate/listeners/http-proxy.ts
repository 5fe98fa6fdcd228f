import type { PathNormalization } from '../../mesh/index.ts';
import type { Listener } from '../../proto/index.ts';
import { NOTHING_ENFORCED } from '../enforced.ts';
import { HTTP_PROXY_LISTENER_ROUTE, listenerName, statPrefix } from '../names.ts';
import { socketAddress } from '../values.ts';
import { httpConnectionManager } from './network-filters.ts';
import { LOCALHOST } from './wanted.ts';

/** For applications that use the proxy as their `http_proxy`: https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#MeshConfig */
export function buildHttpProxy(port: number, pathNormalization: PathNormalization, routesAsk: boolean): Listener {
  const name = listenerName(LOCALHOST, port);
  const manager = httpConnectionManager({
    kind: 'http-proxy',
    statPrefix: statPrefix(`outbound_${name}`),
    routes: HTTP_PROXY_LISTENER_ROUTE,
    enforced: { ...NOTHING_ENFORCED, pathNormalization },
    routesAsk,
  });
  return {
    name,
    address: socketAddress(LOCALHOST, port),
    trafficDirection: 'OUTBOUND',
    filterChains: [{ filters: [manager] }],
    listenerFiltersTimeout: '0s',
    continueOnListenerFiltersTimeout: true,
  };
}
