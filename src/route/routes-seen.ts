import type { Mesh } from '../mesh/index.ts';
import { fromTcpRules, type TcpRule } from './from-tcp-routes.ts';
import { fromVirtualService, type HttpRule, type Listening } from './from-virtual-service.ts';
import { MESH } from './gateway-name.ts';
import { isCatchAll } from './match.ts';
import { knownIn, type Perspective, parsePerspective } from './perspective.ts';
import type { Route, TcpRoute } from './route.ts';
import { type Member, membersOf } from './route-set.ts';
import type { Routing } from './routing.ts';

interface Rules {
  readonly httpRules: (rule: string) => readonly HttpRule[];
  readonly tcpRules: (rule: string) => readonly TcpRule[];
  readonly resolve: (host: string, namespace: string) => string;
}

/** Routes of a set of rules, for one perspective and port. Behind a gateway, those of several VirtualServices are merged. */
export function createRoutesSeen(mesh: Mesh, rules: Rules): Routing['routesSeen'] {
  return (set, perspectiveId, { port, secure = false }) => {
    if (set === undefined) return [];
    const perspective = parsePerspective(perspectiveId);
    const known = knownIn(perspective, mesh, rules.resolve);
    const routes = membersOf(set).map((member) =>
      fromVirtualService(rules.httpRules(member.rule), listeningOf(member, perspective, port, secure), known),
    );
    return routes.length === 1 ? routes[0]! : catchAllsLast(routes.flat());
  };
}

export function createTcpRoutesSeen(
  mesh: Mesh,
  rules: Rules,
  perspective: Routing['perspective'],
): Routing['tcpRoutes'] {
  return (set, client, host, port): readonly TcpRoute[] => {
    if (set === undefined) return [];
    const seen = parsePerspective(perspective(set, client, host));
    const known = knownIn(seen, mesh, rules.resolve);
    return membersOf(set).flatMap((member) =>
      fromTcpRules(rules.tcpRules(member.rule), listeningOf(member, seen, port, false), known),
    );
  };
}

function listeningOf(
  { gateways }: Member,
  { namespace, labels }: Perspective,
  port: number,
  secure: boolean,
): Listening {
  return { port, secure, gateways, client: gateways.includes(MESH) ? { namespace, labels } : undefined };
}

/** One VirtualService's rule for everything must not hide the rules of the next one. */
function catchAllsLast(routes: readonly Route[]): readonly Route[] {
  return [...routes.filter(({ match }) => !isCatchAll(match)), ...routes.filter(({ match }) => isCatchAll(match))];
}
