import type { InboundPort, Service } from '../../mesh/index.ts';
import type { Filter, FilterChain, Listener, TransportSocket } from '../../proto/index.ts';
import type { InboundHost } from '../../route/index.ts';
import type { Enforced } from '../enforced.ts';
import { BLACK_HOLE_CLUSTER, inboundClusterName, listenerName, statPrefix } from '../names.ts';
import { buildInboundRouteConfiguration, inboundRoutesDecided } from '../routes/inbound.ts';
import type { Decided } from '../translator.ts';
import { type InboundMatch, inboundMatches, type Takes } from './inbound-matches.ts';
import { guardedTcpProxy, httpConnectionManager, tcpProxy } from './network-filters.ts';
import { isHttp } from './wanted.ts';

/** A port that a workload serves, with the service that decides how. */
export interface Served extends Guard {
  readonly port: InboundPort;
  readonly service: Service;
  /** By which clients ask that tell in their ALPN only whether they speak HTTP. */
  readonly names: readonly string[];
  /** The routes of its requests; undefined: all are for the application. */
  readonly routed: readonly InboundHost[] | undefined;
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

/** Who decided the routes of a port, in all of its chains in a listener. */
export function inboundRoutesIn({ filterChains = [] }: Listener, { port, routed }: Served): readonly Decided[] {
  const name = inboundClusterName(port.targetPort);
  return filterChains.flatMap(({ filters = [] }, i) =>
    filters.flatMap(({ typedConfig }, j) => {
      const { routeConfig } = (typedConfig ?? {}) as { readonly routeConfig?: { readonly name?: string } };
      const before = `filterChains[${i}].filters[${j}].typedConfig.routeConfig`;
      const decided = routeConfig?.name === name ? inboundRoutesDecided({ routed }) : [];
      return decided.map(({ path, origin }) => ({ path: `${before}.${path}`, origin }));
    }),
  );
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

function httpFilter({ port, service, enforced, routed }: Served, name: string): Filter {
  return httpConnectionManager({
    kind: 'sidecar-inbound',
    statPrefix: statPrefix(`inbound_${name}`),
    routes: buildInboundRouteConfiguration({
      targetPort: port.targetPort,
      protocol: port.protocol,
      host: service.host,
      port: port.services[0]!.port,
      routed,
    }),
    http2: isHttp(port.protocol) && port.protocol !== 'http',
    enforced,
  });
}
