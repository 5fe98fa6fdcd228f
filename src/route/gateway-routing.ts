import type { Labels } from '../api/index.ts';
import type { Graph } from '../graph/index.ts';
import { isVisible } from '../mesh/export-to.ts';
import { agedBy, byAge, compare } from '../mesh/precedence.ts';
import type { Tables } from '../store/index.ts';
import { settle } from './gateway-conflicts.ts';
import { gatewayKey, kindOf, serversOf } from './gateway-servers.ts';
import type { TcpRoute } from './route.ts';
import { type Member, routeSetId } from './route-set.ts';
import type { GatewayHost, GatewayServer, Routing } from './routing.ts';
import { hostsFor, intersection } from './server-hosts.ts';
import { oldestFirst, type VirtualServices } from './virtual-services.ts';

/** Which servers a gateway proxy has, and which rules hold for the hosts behind them. */
export function createGatewayRouting(
  graph: Graph,
  store: Tables,
  rules: VirtualServices,
  tcpRoutes: Routing['tcpRoutes'],
): Pick<Routing, 'serversFor' | 'gatewayHosts' | 'serverHosts' | 'serverTcpRoutes'> {
  const selector = graph.query('route.gatewaySelector', (key) => {
    const { spec, metadata } = store.gateways.get(key)!;
    return { labels: spec.selector ?? {}, age: agedBy(metadata) };
  });
  const servers = graph.query('route.gatewayServers', (key) => serversOf(store.gateways.get(key)!));

  const serversOfLabels = graph.query('route.serversFor', (labels) => {
    const chosen = store.gateways.keys().filter((key) => isChosen(selector(key).labels, JSON.parse(labels) as Labels));
    const ordered = chosen.toSorted((a, b) => byAge(selector(a).age, selector(b).age));
    const settled = settle(ordered.flatMap((key) => servers(key)));
    return settled.servers.toSorted((a, b) => a.port - b.port);
  });
  // Gateways of any namespace: Istio's default, PILOT_SCOPE_GATEWAY_TO_NAMESPACE=false.
  const serversFor: Routing['serversFor'] = (_namespace, labels) => serversOfLabels(textOf(labels));

  const hostsOfPort = graph.query('route.gatewayHosts', (key): readonly GatewayHost[] => {
    const [namespace, labels, port, bind] = JSON.parse(key) as [string, string, number, string | null];
    const here = serversOfLabels(labels).filter(
      (server) => server.port === port && (server.bind ?? null) === bind && kindOf(server) === 'http',
    );
    return merged(here, namespace, rules);
  });
  const gatewayHosts: Routing['gatewayHosts'] = (namespace, labels, port, bind) =>
    hostsOfPort(JSON.stringify([namespace, textOf(labels), port, bind ?? null]));

  const hostsOfServer = graph.query('route.serverHosts', (key): readonly GatewayHost[] => {
    const [namespace, server] = JSON.parse(key) as [string, GatewayServer];
    return merged([server], namespace, rules);
  });
  const serverHosts: Routing['serverHosts'] = (namespace, server) =>
    hostsOfServer(JSON.stringify([namespace, { ...server, tls: undefined }]));

  const serverTcpRoutes: Routing['serverTcpRoutes'] = (namespace, server) => {
    const gateway = gatewayKey(server);
    const open = new Map(boundHosts(server, namespace, rules).map(({ rule, host }) => [rule, host]));
    return oldestFirst([...open.keys()], rules.standing).flatMap((rule) => {
      const all = tcpRoutes(
        routeSetId([{ rule, gateways: [gateway] }]),
        { namespace, labels: {} },
        open.get(rule)!,
        server.port,
      );
      return routesOfServer(all, server, rules.standing(rule)!.namespace);
    });
  };
  return { serversFor, gatewayHosts, serverHosts, serverTcpRoutes };
}

/** Every host once, with the rules of all servers and VirtualServices that mean it. */
function merged(servers: readonly GatewayServer[], namespace: string, rules: VirtualServices): readonly GatewayHost[] {
  const hosts = new Map<string, Map<string, string[]>>();
  const redirects = new Set<string>();
  for (const server of servers) {
    for (const { host, rule, gateway } of boundHosts(server, namespace, rules)) {
      const members = getOrCreate(hosts, host, () => new Map<string, string[]>());
      const gateways = getOrCreate(members, rule, () => []);
      if (!gateways.includes(gateway)) gateways.push(gateway);
      if (server.httpsRedirect) redirects.add(host);
    }
    if (server.httpsRedirect) for (const host of ownHosts(server)) redirects.add(host);
  }
  const names = [...new Set([...hosts.keys(), ...redirects])].sort(compare);
  return names.map((host) => {
    const members = hosts.get(host) ?? new Map<string, string[]>();
    const ordered = oldestFirst([...members.keys()], rules.standing);
    const set: Member[] = ordered.map((rule) => ({ rule, gateways: members.get(rule)! }));
    return { host, routes: routeSetId(set), ...(redirects.has(host) && { httpsRedirect: true }) };
  });
}

interface BoundHost {
  readonly host: string;
  readonly rule: string;
  readonly gateway: string;
}

function boundHosts(server: GatewayServer, namespace: string, rules: VirtualServices): readonly BoundHost[] {
  const gateway = gatewayKey(server);
  const home = gateway.split('/')[0]!;
  return rules.boundTo(gateway).flatMap((rule) => {
    const standing = rules.standing(rule);
    if (!standing || !isVisible(standing.exportTo, namespace)) return [];
    const open = hostsFor(server.hosts, home, standing.namespace);
    return intersection(open, standing.hosts).map((host) => ({ host, rule, gateway }));
  });
}

/** Server names are for TLS that nobody ends; where it ended, or never was, only rules without them can hold. */
function routesOfServer(all: readonly TcpRoute[], server: GatewayServer, namespace: string): readonly TcpRoute[] {
  if (kindOf(server) !== 'passthrough') return all.filter(({ match }) => match.sniHosts.length === 0);
  const open = hostsFor(server.hosts, gatewayKey(server).split('/')[0]!, namespace);
  return all.flatMap((route) => {
    const sniHosts = intersection(open, route.match.sniHosts);
    return sniHosts.length === 0 ? [] : [{ ...route, match: { ...route.match, sniHosts } }];
  });
}

function ownHosts({ hosts }: GatewayServer): readonly string[] {
  return hosts.map((host) => host.slice(host.indexOf('/') + 1));
}

/** An empty selector means every gateway proxy, as in Istio. */
function isChosen(selector: Labels, labels: Labels): boolean {
  return Object.entries(selector).every(([key, value]) => labels[key] === value);
}

function textOf(labels: Labels): string {
  return JSON.stringify(Object.fromEntries(Object.entries(labels).sort(([a], [b]) => compare(a, b))));
}

function getOrCreate<K, V>(map: Map<K, V>, key: K, create: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const created = create();
  map.set(key, created);
  return created;
}
