import { type Listener, type ListenerFilter, pack } from '../../proto/index.ts';
import { statPrefix } from '../names.ts';
import { ANY_ADDRESS } from './wanted.ts';

export interface UdpListener {
  readonly name: string;
  readonly port: number;
  readonly bind: string | undefined;
  readonly cluster: string;
}

/** A port of a router that takes datagrams: https://www.envoyproxy.io/docs/envoy/latest/configuration/listeners/udp_filters/udp_proxy */
export function buildUdpListener({ name, port, bind, cluster }: UdpListener): Listener {
  return {
    name,
    address: { socketAddress: { protocol: 'UDP', address: bind ?? ANY_ADDRESS, portValue: port } },
    trafficDirection: 'OUTBOUND',
    udpListenerConfig: {},
    listenerFilters: [udpProxy(name, cluster)],
  };
}

/** By a matcher that matches nothing, because the plain way to name one cluster is deprecated. */
function udpProxy(listener: string, cluster: string): ListenerFilter {
  const action = {
    name: 'route',
    typedConfig: pack('envoy.extensions.filters.udp.udp_proxy.v3.Route', { cluster }),
  };
  return {
    name: 'envoy.filters.udp_listener.udp_proxy',
    typedConfig: pack('envoy.extensions.filters.udp.udp_proxy.v3.UdpProxyConfig', {
      statPrefix: statPrefix(listener),
      matcher: { onNoMatch: { action } },
    }),
  };
}
