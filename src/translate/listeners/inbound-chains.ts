import type { InboundPort, Service } from '../../mesh/index.ts';
import type { Filter, FilterChain, TransportSocket } from '../../proto/index.ts';
import type { Enforced } from '../enforced.ts';
import { BLACK_HOLE_CLUSTER, inboundClusterName, listenerName, statPrefix } from '../names.ts';
import { buildInboundRouteConfiguration } from '../routes/inbound.ts';
import { type InboundMatch, inboundMatches, type Takes } from './inbound-matches.ts';
import { guardedTcpProxy, httpConnectionManager, tcpProxy } from './network-filters.ts';
import { isHttp } from './wanted.ts';

/** A port that a workload serves, with the service that decides how. */
export interface Served extends Guard {
  readonly port: InboundPort;
  readonly service: Service;
  /** By which clients ask that tell in their ALPN only whether they speak HTTP. */
  readonly names: readonly string[];
}

/** Who may connect, and what each may do. */
export interface Guard {
  readonly takes: Takes;
  readonly enforced: Enforced;
}

/** `bind`: the address that names the chains. `tls`: of what takes mutual TLS. */
export function buildInboundChains(
  served: Served,
  bind: string,
  tls: TransportSocket | undefined,
): readonly FilterChain[] {
  const { port, takes, names } = served;
  const name = listenerName(bind, port.targetPort);
  const speaks = isHttp(port.protocol) ? 'http' : port.protocol === 'auto' ? 'auto' : 'tcp';
  return inboundMatches(speaks, takes, names).map(({ match, as, isMtls }) => ({
    name,
    filterChainMatch: { destinationPort: port.targetPort, ...match },
    filters: filtersOf(served, as, name),
    transportSocket: isMtls ? tls : undefined,
  }));
}

function filtersOf(served: Served, as: InboundMatch['as'], name: string): readonly Filter[] {
  switch (as) {
    case 'http':
      return [httpFilter(served, name)];
    case 'tcp':
      return guardedTcpProxy(inboundClusterName(served.port.targetPort), served.enforced);
    case 'nothing':
      return [tcpProxy(BLACK_HOLE_CLUSTER)];
  }
}

function httpFilter({ port, service, enforced }: Served, name: string): Filter {
  return httpConnectionManager({
    kind: 'sidecar-inbound',
    statPrefix: statPrefix(`inbound_${name}`),
    routes: buildInboundRouteConfiguration({
      targetPort: port.targetPort,
      protocol: port.protocol,
      host: service.host,
      port: port.services[0]!.port,
    }),
    http2: isHttp(port.protocol) && port.protocol !== 'http',
    enforced,
  });
}
