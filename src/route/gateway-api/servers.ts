import { type Labels, parseObjectKey } from '../../api/index.ts';
import type { Graph } from '../../graph/index.ts';
import type { Tables } from '../../store/index.ts';
import { settle } from '../gateway-conflicts.ts';
import type { TcpRoute } from '../route.ts';
import type { GatewayServer, Routing } from '../routing.ts';
import type { ServerTls } from '../server-tls.ts';
import { createConnectionRoutes } from './connection-routes.ts';
import type { Bind, GatewayApi, Listener } from './gateway-api.ts';
import { isTls, isUnserved } from './listener-isolation.ts';

/** Listeners of Gateways as servers of the proxies that serve them, and where connections to them go. */
export function createServers(
  graph: Graph,
  store: Tables,
  api: GatewayApi,
): Pick<Routing, 'serversFor' | 'serverTcpRoutes'> {
  // By Gateway, so that a proxy of many is not told all anew when one changes.
  const ofGateway = graph.query('gatewayApi.servers', (key): readonly GatewayServer[] => {
    const state = api.gateway(key);
    if (!state?.accepted.ok) return [];
    const listeners = api.listeners(key);
    return listeners.flatMap((listener) => {
      if (listener.programmed.ok) return state.binds.map((bind) => serverOf(listener, bind));
      return isUnserved(listener, listeners) ? state.binds.map((bind) => refusingServer(listener, bind)) : [];
    });
  });
  const ofProxy = graph.query('gatewayApi.serversFor', (proxy): readonly GatewayServer[] => {
    const [namespace, labels] = JSON.parse(proxy) as [string, Labels];
    const { servers } = settle(api.servedBy(namespace, labels).flatMap(ofGateway));
    return servers.toSorted((a, b) => a.port - b.port);
  });
  const routesOf = createConnectionRoutes(graph, store, api);
  return {
    serversFor: (namespace, labels) => ofProxy(JSON.stringify([namespace, sorted(labels)])),
    serverTcpRoutes: (_namespace, { listener }): readonly TcpRoute[] =>
      listener === undefined ? [] : routesOf(listener),
  };
}

function serverOf(listener: Listener, bind: Bind): GatewayServer {
  const { id, gateway, holder, path, name, port, protocol, hostname } = listener;
  const { namespace, name: holderName } = parseObjectKey(holder);
  return {
    port,
    protocol: protocol as GatewayServer['protocol'],
    // Routes are called after it: its dots must not look like those between names.
    portName: name.replaceAll('.', '~'),
    bind: bind === 'every' ? undefined : bind,
    gateway: holder,
    path,
    name: `${name}.${holderName}.${namespace}`,
    httpsRedirect: false,
    hosts: [hostname ?? '*'],
    tls: isTls(listener) ? ownedBy(listener.tls, namespace) : undefined,
    routesAsk: true,
    listener: id,
    home: gateway.slice(0, gateway.indexOf('/')),
  };
}

/** Takes the handshakes that are meant for a listener which cannot be served, so that no wider one does. */
function refusingServer(listener: Listener, bind: Bind): GatewayServer {
  return { ...serverOf(listener, bind), protocol: 'TLS', tls: { mode: 'passthrough' } };
}

/** A proxy of all Gateways is in another namespace than their certificates, so that these always say theirs. */
function ownedBy(tls: ServerTls | undefined, namespace: string): ServerTls | undefined {
  if (tls?.mode !== 'certificates') return tls;
  const certificates = tls.certificates.map((one) => (one.from === 'secret' ? { namespace, ...one } : one));
  return { ...tls, certificates };
}

function sorted(labels: Labels): Labels {
  return Object.fromEntries(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
}
