import type { InboundPort, Service } from '../../mesh/index.ts';
import type { FilterChain, FilterChainMatch } from '../../proto/index.ts';
import { inboundClusterName, listenerName, statPrefix } from '../names.ts';
import { buildInboundRouteConfiguration } from '../routes/inbound.ts';
import { httpConnectionManager, tcpProxy } from './network-filters.ts';
import { DETECTED_HTTP } from './outbound-listener.ts';
import { isHttp } from './wanted.ts';

/** A port that a workload serves, with the service that decides how. */
export interface Served {
  readonly port: InboundPort;
  readonly service: Service;
}

/** One chain for a port whose protocol is known; two where it is detected. `bind`: the address that names them. */
export function buildInboundChains(served: Served, bind: string): readonly FilterChain[] {
  const { protocol } = served.port;
  if (isHttp(protocol)) return [buildHttpChain(served, bind, PLAIN_TEXT)];
  if (protocol === 'auto') return [buildHttpChain(served, bind, DETECTED_HTTP), buildTcpChain(served, bind)];
  return [buildTcpChain(served, bind)];
}

const PLAIN_TEXT: FilterChainMatch = { transportProtocol: 'raw_buffer' };

function buildHttpChain({ port, service }: Served, bind: string, match: FilterChainMatch): FilterChain {
  const name = listenerName(bind, port.targetPort);
  const manager = httpConnectionManager({
    kind: 'sidecar-inbound',
    statPrefix: statPrefix(`inbound_${name}`),
    routes: buildInboundRouteConfiguration({
      targetPort: port.targetPort,
      protocol: port.protocol,
      host: service.host,
      port: port.services[0]!.port,
    }),
    http2: isHttp(port.protocol) && port.protocol !== 'http',
  });
  return { name, filterChainMatch: { destinationPort: port.targetPort, ...match }, filters: [manager] };
}

function buildTcpChain({ port }: Served, bind: string): FilterChain {
  return {
    name: listenerName(bind, port.targetPort),
    filterChainMatch: { destinationPort: port.targetPort, ...PLAIN_TEXT },
    filters: [tcpProxy(inboundClusterName(port.targetPort))],
  };
}
