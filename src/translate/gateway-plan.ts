import type { Graph, Query } from '../graph/index.ts';
import type { Labels, Mesh } from '../mesh/index.ts';
import { type GatewayServer, kindOf, type Routing, serverNamesOf, type TlsEnd } from '../route/index.ts';
import type { View } from '../view/index.ts';
import { autoPassthroughChains, autoPassthroughSpecs } from './listeners/auto-passthrough.ts';
import { distinctChains, type GatewayChain } from './listeners/gateway-chain.ts';
import { routedChainsOf } from './listeners/tcp-chain.ts';
import { ANY_ADDRESS } from './listeners/wanted.ts';
import { gatewayRouteName, listenerName, secureRouteName, udpListenerName } from './names.ts';
import type { Outbound } from './outbound.ts';
import { createServerCredentials } from './server-credentials.ts';
import type { LeftOut } from './translator.ts';
import { type UdpTarget, udpTargetOf } from './udp-target.ts';

/** Everything of a router that decides which servers it has. */
export interface RouterScope {
  readonly namespace: string;
  readonly labels: Labels;
  /** Proved by its connection, so that it may have the Secrets of its namespace. */
  readonly hasIdentity: boolean;
  readonly secrets: View['secrets'];
}

/** A port of a router: a listener. */
export interface GatewayPort {
  readonly name: string;
  readonly port: number;
  readonly bind: string | undefined;
  readonly chains: readonly GatewayChain[];
  /** Who decided it: the servers that have a part in it. */
  readonly servers: readonly GatewayServer[];
}

/** A port of a router that takes datagrams: a listener of its own, whatever takes connections at the same number. */
export interface UdpPort {
  readonly name: string;
  readonly port: number;
  readonly bind: string | undefined;
  /** Undefined: all are dropped. */
  readonly to: UdpTarget | undefined;
  readonly server: GatewayServer;
}

export interface SealedDestination {
  readonly host: string;
  readonly port: number;
}

export interface GatewayPlan {
  readonly ports: readonly GatewayPort[];
  readonly udp: readonly UdpPort[];
  readonly leftOut: readonly LeftOut[];
  /** Where connections go that are encrypted already. */
  readonly sealed: readonly SealedDestination[];
  /** The names of servers that send TLS on to the service it names. */
  readonly autoPassthrough: readonly string[];
}

/** Which servers of Gateways a router has: asked by listeners, routes and secrets alike, so that they agree. */
export type GatewayPlans = Query<GatewayPlan>;

/** As a key of GatewayPlans. Views that differ otherwise have the same servers. */
export function routerScopeOf({ namespace, labels, serviceAccount, secrets }: View): string {
  return JSON.stringify({
    namespace,
    labels,
    hasIdentity: serviceAccount !== undefined,
    secrets,
  } satisfies RouterScope);
}

export function createGatewayPlans(graph: Graph, mesh: Mesh, routing: Routing, outbound: Outbound): GatewayPlans {
  const credentialsOf = createServerCredentials(graph, mesh);

  return graph.query('gateway.plan', (key): GatewayPlan => {
    const scope = JSON.parse(key) as RouterScope;
    const leftOut: LeftOut[] = [];
    const all = routing.serversFor(scope.namespace, scope.labels);
    const [datagrams, connections] = [all.filter(isUdp), all.filter((server) => !isUdp(server))];
    const byListener = Map.groupBy(connections, ({ port, bind }) => listenerName(bind ?? ANY_ADDRESS, port));
    const ports = [...byListener].flatMap(([name, servers]): readonly GatewayPort[] => {
      const { port, bind } = servers[0]!;
      const planned = servers.map((server) => ({ server, chains: chainsOf(server, scope, leftOut) }));
      const chains = distinctChains(planned.flatMap((one) => one.chains));
      const holders = planned.flatMap((one) => (one.chains.length > 0 ? [one.server] : []));
      return chains.length === 0 ? [] : [{ name, port, bind, chains, servers: holders }];
    });
    const autoPassthrough = all.filter((server) => kindOf(server) === 'auto-passthrough').flatMap(serverNamesOf);
    const udp = datagrams.flatMap((server) => udpPortOf(server, scope));
    return { ports, udp, leftOut, sealed: sealedOf(connections, scope), autoPassthrough };
  });

  /** A port that nobody has a route for stays closed. */
  function udpPortOf(server: GatewayServer, { namespace }: RouterScope): readonly UdpPort[] {
    const routes = routing.serverTcpRoutes(namespace, server);
    if (routes.length === 0) return [];
    const { port, bind } = server;
    const name = udpListenerName(bind ?? ANY_ADDRESS, port);
    return [{ name, port, bind, to: udpTargetOf(routes, namespace, mesh), server }];
  }

  function sealedOf(servers: readonly GatewayServer[], { namespace }: RouterScope): readonly SealedDestination[] {
    const passedOn = servers.filter((server) => kindOf(server) === 'passthrough');
    const all = passedOn
      .flatMap((server) => routing.serverTcpRoutes(namespace, server))
      .flatMap(({ destinations }) => destinations)
      .flatMap(({ to }) => (to.kind === 'service' && to.sealed ? [{ host: to.host, port: to.port }] : []));
    return [...new Map(all.map((one) => [`${one.host}:${one.port}`, one])).values()];
  }

  function chainsOf(server: GatewayServer, scope: RouterScope, leftOut: LeftOut[]): readonly GatewayChain[] {
    const { tls } = server;
    const asks = server.routesAsk && { routesAsk: true as const };
    switch (kindOf(server)) {
      case 'http':
        return [{ kind: 'http', route: gatewayRouteName(server.port, server.bind), serverNames: [], ...asks }];
      case 'https': {
        const end = endOf(server, tls as TlsEnd, scope, leftOut);
        const names = matchable(serverNamesOf(server));
        return end
          ? [{ kind: 'http', route: secureRouteName(server), name: server.name, serverNames: names, end, ...asks }]
          : [];
      }
      case 'tls': {
        const end = endOf(server, tls as TlsEnd, scope, leftOut);
        return end ? tcpChains(server, scope, matchable(serverNamesOf(server))).map((one) => ({ ...one, end })) : [];
      }
      case 'tcp':
      case 'passthrough':
        return tcpChains(server, scope, []);
      case 'udp':
        throw new Error(`${server.path} of ${server.gateway} takes datagrams: it has a plan of its own`);
      case 'auto-passthrough':
        return autoPassthroughChains(autoPassthroughSpecs(serverNamesOf(server), scope.namespace, outbound));
    }
  }

  /** Undefined: the server is left out, and why is said. */
  function endOf(server: GatewayServer, tls: TlsEnd, scope: RouterScope, leftOut: LeftOut[]) {
    const { usable, lacks } = credentialsOf(tls, scope, server);
    for (const { path, ...lack } of lacks) {
      leftOut.push({ ...lack, origin: { object: server.gateway, path: `${server.path}.${path}` } });
    }
    return usable && { tls: usable, secrets: scope.secrets };
  }

  function tcpChains(server: GatewayServer, scope: RouterScope, serverNames: readonly string[]) {
    const routes = routing.serverTcpRoutes(scope.namespace, server);
    return routedChainsOf(routes, { serverNames, prefixes: [] }).map((chain) => ({ kind: 'tcp' as const, ...chain }));
  }
}

function isUdp(server: GatewayServer): boolean {
  return kindOf(server) === 'udp';
}

/** Any name is no condition. */
function matchable(names: readonly string[]): readonly string[] {
  return names.includes('*') ? [] : names;
}
