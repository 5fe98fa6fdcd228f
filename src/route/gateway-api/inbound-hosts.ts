import type { ObjectKey } from '../../api/index.ts';
import type { Graph, Query } from '../../graph/index.ts';
import type { Tables } from '../../store/index.ts';
import type { InboundHost, InboundRoute } from '../inbound-route.ts';
import { patternsOf } from '../virtual-services.ts';
import type { GatewayApi } from './gateway-api.ts';
import { byPrecedence } from './precedence.ts';
import { createRules, memberOf, positionOf } from './rules.ts';
import { fromServerRule } from './server-rules.ts';

/**
 * Routes of the port that a Server of Linkerd's is about, by Server, `namespace/name`: the closest host first. Empty: it
 * has no routes, and every request comes through. https://linkerd.io/2/reference/authorization-policy/#httproute
 */
export function createInboundHosts(
  graph: Graph,
  store: Tables,
  api: Pick<GatewayApi, 'serverRoutes'>,
): Query<readonly InboundHost[]> {
  const hostnames = {
    http: store.httpRoutes.column('serverHostnames', ({ spec }) => spec.hostnames ?? []),
    linkerd: store.linkerdHttpRoutes.column('serverHostnames', ({ spec }) => spec.hostnames ?? []),
  };
  const rulesOf = createRules(store);
  const hostsOf = (route: ObjectKey): readonly string[] => {
    const { kind, row } = memberOf(route)!;
    const written = (kind === 'HTTPRoute' ? hostnames.http : hostnames.linkerd)(row) ?? [];
    return written.length === 0 ? ['*'] : written;
  };
  const routesOf = (route: ObjectKey) => {
    const { kind, row } = memberOf(route)!;
    const all = rulesOf(kind, row);
    return all?.kind === 'HTTPRoute' ? all.rules.flatMap((rule, i) => fromServerRule(rule, positionOf(all, i))) : [];
  };
  return graph.query('gatewayApi.inboundHosts', (server): readonly InboundHost[] => {
    const routes = api.serverRoutes(server);
    if (routes.length === 0) return [];
    const hosts = [...new Set([...routes.flatMap(hostsOf), '*'])];
    const tier = (pattern: string): readonly InboundRoute[] =>
      byPrecedence(routes.filter((route) => hostsOf(route).includes(pattern)).flatMap(routesOf));
    return hosts.map((host) => ({ host, routes: patternsOf(host).flatMap(tier) }));
  });
}
