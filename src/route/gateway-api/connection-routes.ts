import { parseObjectKey } from '../../api/index.ts';
import type { Graph, Query } from '../../graph/index.ts';
import type { Tables } from '../../store/index.ts';
import type { TcpRoute } from '../route.ts';
import { fromTcpRoute } from './from-tcp-route.ts';
import { fromTlsRoute } from './from-tls-route.ts';
import { fromUdpRoute } from './from-udp-route.ts';
import type { AttachedRoute, GatewayApi, Listener, ListenerId } from './gateway-api.ts';
import type { Backends } from './l4-rule.ts';
import { hasWiderNeighbour, isTls, owns } from './listener-isolation.ts';

/** Where connections and datagrams of a listener go that are not read as requests: its oldest route first. */
export function createConnectionRoutes(
  graph: Graph,
  store: Tables,
  api: GatewayApi,
): Query<readonly TcpRoute[], ListenerId> {
  const routesOf = ({ route, hostnames }: AttachedRoute, backends: Backends): readonly TcpRoute[] => {
    const { kind, namespace, name } = parseObjectKey(route);
    const key = `${namespace}/${name}`;
    switch (kind) {
      case 'TLSRoute':
        return fromTlsRoute(store.tlsRoutes.get(key), hostnames, backends);
      case 'TCPRoute':
        return fromTcpRoute(store.tcpRoutes.get(key), backends);
      case 'UDPRoute':
        return fromUdpRoute(store.udpRoutes.get(key), backends);
      default:
        return [];
    }
  };
  return graph.query('gatewayApi.connectionRoutes', (id: ListenerId): readonly TcpRoute[] => {
    const gateway = gatewayOf(id);
    const all = api.listeners(gateway);
    const listener = all.find((one) => one.id === id);
    if (!listener) return [];
    const attached = listener.programmed.ok ? ownRoutes(api.attached(id), listener, all) : [];
    const as = api.gateway(gateway)?.clientCertificate === undefined ? undefined : gateway;
    const backends: Backends = { of: api.backend, as, sealed: listener.tls?.mode === 'passthrough' };
    return [...attached.flatMap((route) => routesOf(route, backends)), ...refusals(listener, all)];
  });
}

/** `infra/public`. */
export function gatewayOf(listener: ListenerId): string {
  return listener.slice(0, listener.indexOf('#'));
}

/** Routes with those of their server names that are the listener's own. */
function ownRoutes(
  attached: readonly AttachedRoute[],
  listener: Listener,
  all: readonly Listener[],
): readonly AttachedRoute[] {
  if (!isTls(listener)) return attached;
  return attached.flatMap(({ route, hostnames }) => {
    const own = hostnames.filter((name) => owns(listener, name, all));
    return own.length === 0 ? [] : [{ route, hostnames: own }];
  });
}

/** Who names this listener and has no route is not sent on to a wider one. */
function refusals(listener: Listener, all: readonly Listener[]): readonly TcpRoute[] {
  const { holder, path, hostname } = listener;
  if (!isTls(listener) || hostname === undefined || !hasWiderNeighbour(listener, all)) return [];
  const match = { sniHosts: [hostname], destinationSubnets: [], sourceSubnets: [] };
  return [{ origin: { object: holder, path: `${path}.hostname` }, match, destinations: [] }];
}
