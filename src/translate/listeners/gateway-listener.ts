import type { Listener } from '../../proto/index.ts';
import type { GatewayServer } from '../../route/index.ts';
import { gatewayRouteName, listenerName, statPrefix } from '../names.ts';
import { socketAddress } from '../values.ts';
import { httpConnectionManager } from './network-filters.ts';
import { ANY_ADDRESS } from './wanted.ts';

/** A port of a router: all plain HTTP servers on it share the listener, and their hosts the route. */
export interface GatewayPort {
  readonly port: number;
  readonly bind: string | undefined;
}

export function buildGatewayListener({ port, bind }: GatewayPort): Listener {
  const name = listenerName(bind ?? ANY_ADDRESS, port);
  const manager = httpConnectionManager({
    kind: 'router',
    statPrefix: statPrefix(`outbound_${name}`),
    routes: gatewayRouteName(port, bind),
  });
  return {
    name,
    address: socketAddress(bind ?? ANY_ADDRESS, port),
    trafficDirection: 'OUTBOUND',
    filterChains: [{ filters: [manager], transportSocketConnectTimeout: '15s' }],
    continueOnListenerFiltersTimeout: true,
  };
}

/** The ports that this version serves. Servers that terminate or forward TLS, and plain TCP, have no listener yet. */
export function httpPorts(servers: readonly GatewayServer[]): ReadonlyMap<string, readonly GatewayServer[]> {
  const http = servers.filter(({ protocol }) => protocol === 'HTTP' || protocol === 'HTTP2' || protocol === 'GRPC');
  return Map.groupBy(http, ({ port, bind }) => listenerName(bind ?? ANY_ADDRESS, port));
}
