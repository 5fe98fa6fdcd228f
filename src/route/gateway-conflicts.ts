import { kindOf, serverNamesOf } from './gateway-servers.ts';
import type { GatewayServer } from './routing.ts';

/** Why a server, or some of its hosts, has no effect beside an older one. */
export interface Conflict {
  readonly code: 'port-taken' | 'host-taken' | 'port-name-taken';
  readonly loser: GatewayServer;
  readonly winner: GatewayServer;
  /** Hosts that the winner has; empty: it is about all of the server. */
  readonly hosts: readonly string[];
}

/**
 * What is left of servers, the oldest first, that one proxy has. Envoy takes one listener for an address, and refuses one
 * in which two chains match the same connection: so the first has the port, and the first has the server name.
 */
export function settle(servers: readonly GatewayServer[]): {
  readonly servers: readonly GatewayServer[];
  readonly conflicts: readonly Conflict[];
} {
  const conflicts: Conflict[] = [];
  const ports = new Map<string, GatewayServer>();
  const names = new Map<string, GatewayServer>();
  const left = servers.flatMap((server): readonly GatewayServer[] => {
    const refuse = (code: Conflict['code'], winner: GatewayServer): readonly GatewayServer[] => {
      conflicts.push({ code, loser: server, winner, hosts: [] });
      return [];
    };
    const first = getOrSet(ports, listenerOf(server), server);
    if (first !== server && !share(first, server)) return refuse('port-taken', first);
    if (server.tls === undefined) return [server];
    const namesake = kindOf(server) === 'https' ? getOrSet(names, routeOf(server), server) : server;
    if (namesake !== server) return refuse('port-name-taken', namesake);
    return withoutTaken(server);
  });
  return { servers: left, conflicts };

  /** Hosts that an older server has on this port go. */
  function withoutTaken(server: GatewayServer): readonly GatewayServer[] {
    const keyOf = (name: string): string => `${listenerOf(server)} ${name}`;
    const taken = new Set(serverNamesOf(server).filter((name) => getOrSet(names, keyOf(name), server) !== server));
    if (taken.size === 0) return [server];
    const byWinner = Map.groupBy(taken, (name) => names.get(keyOf(name))!);
    for (const [winner, hosts] of byWinner) conflicts.push({ code: 'host-taken', loser: server, winner, hosts });
    const hosts = server.hosts.filter((host) => !taken.has(host.slice(host.indexOf('/') + 1)));
    return hosts.length === 0 ? [] : [{ ...server, hosts }];
  }
}

/** HTTP shares a port with HTTP, TLS with TLS. Plain TCP has nothing to tell two servers apart by. */
function share(one: GatewayServer, other: GatewayServer): boolean {
  if (one.tls !== undefined || other.tls !== undefined) return one.tls !== undefined && other.tls !== undefined;
  return kindOf(one) === 'http' && kindOf(other) === 'http';
}

/** Datagrams and connections do not meet. */
function listenerOf({ bind = '', port, protocol }: GatewayServer): string {
  return protocol === 'UDP' ? `${bind} ${port} udp` : `${bind} ${port}`;
}

/** Who ends TLS for some hosts must not answer for those of another server: its clients may be held to less. */
function routeOf({ gateway, port, portName, bind = '' }: GatewayServer): string {
  return `${gateway} ${port} ${portName} ${bind}`;
}

function getOrSet<V>(map: Map<string, V>, key: string, value: V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  map.set(key, value);
  return value;
}
