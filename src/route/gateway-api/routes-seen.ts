import { parseObjectKey } from '../../api/index.ts';
import type { Graph } from '../../graph/index.ts';
import type { Mesh } from '../../mesh/index.ts';
import { ANY, isCatchAll } from '../match.ts';
import { type Perspective, parsePerspective, perspectiveOn } from '../perspective.ts';
import type { Destination, Route, SessionPersistence } from '../route.ts';
import type { Routing } from '../routing.ts';
import type { BackendAsked } from './backend.ts';
import type { GatewayApi } from './gateway-api.ts';
import { byPrecedence } from './precedence.ts';
import { askedBy, referencesOf } from './route-references.ts';
import { parseRouteSet, type RouteSet, type SetMember } from './route-set.ts';
import { fromRules, type RouteRules, type RulesOf, routeKey } from './rules.ts';

/** Routes of a set, as whoever sends sees their backends. */
export function createRoutesSeen(
  graph: Graph,
  mesh: Mesh,
  backend: GatewayApi['backend'],
  rulesOf: RulesOf,
): Pick<Routing, 'perspective' | 'routesSeen'> {
  const hostsOf = graph.query('gatewayApi.backendHosts', (member): readonly string[] => {
    const { kind, row, inMesh } = JSON.parse(member) as SetMember & Pick<RouteSet, 'inMesh'>;
    const all = rulesOf(kind, row);
    const keys = all ? all.rules.flatMap(referencesOf).map(({ ref }) => askedBy(referrerOf(all, inMesh), ref)) : [];
    const hosts = keys.map((key) => backend(key)).flatMap((one) => (one.kind === 'service' ? [one.host] : []));
    return [...new Set(hosts)].sort();
  });

  const destination = (key: string, seen: Perspective, status: number, as: string | undefined): Destination => {
    const found = backend(key);
    const broken: Destination = { kind: 'broken', status };
    if (found.kind === 'broken') return broken;
    if (found.kind === 'external') return found.to;
    const { host, port } = found;
    // It is there, but perhaps not for whoever sends.
    const service = seen.destinations.find((one) => one.host === host)?.service;
    const ports = (service === undefined ? undefined : mesh.service(service))?.ports ?? [];
    if (!ports.some(({ number }) => number === port)) return broken;
    return { kind: 'service', host, port, subset: undefined, ...(as !== undefined && found.isSecured && { as }) };
  };

  const sessionAt = (key: string): SessionPersistence | undefined => {
    const found = backend(key);
    return found.kind === 'broken' ? undefined : found.session;
  };

  return {
    perspective: (set, client, host) => {
      const { tiers, inMesh } = set === undefined ? { tiers: [] } : parseRouteSet(set);
      const hosts = tiers.flat().flatMap(({ kind, row }) => hostsOf(JSON.stringify({ kind, row, inMesh })));
      // Behind a Gateway the host that is called is nobody's service.
      return perspectiveOn(mesh, client.namespace, inMesh ? [...hosts, host] : hosts);
    },
    routesSeen: (set, perspective, { port, secure = false }) => {
      if (set === undefined) return [];
      const { as, inMesh, tiers } = parseRouteSet(set);
      const seen = parsePerspective(perspective);
      const routesOf = (all: RouteRules) =>
        fromRules(
          all,
          { port, secure },
          (ref, brokenStatus) => destination(askedBy(referrerOf(all, inMesh), ref), seen, brokenStatus, as),
          (ref) => sessionAt(askedBy(referrerOf(all, inMesh), ref)),
        );
      const ordered = tiers.flatMap((tier) => {
        const members = tier.filter((member) => member.port === undefined || member.port === port);
        return byPrecedence(members.flatMap(({ kind, row }) => rulesOf(kind, row) ?? []).flatMap(routesOf));
      });
      return inMesh && ordered.length === 0 ? unruled(tiers.flat(), port) : reachable(ordered);
    },
  };
}

/** What comes after a route that takes everything is left out. */
function reachable(routes: readonly Route[]): readonly Route[] {
  const last = routes.findIndex(({ match }) => isCatchAll(match));
  return last < 0 ? routes : routes.slice(0, last + 1);
}

/** Where a route holds, what none of its rules takes is not found; without rules that is everything. */
function unruled(members: readonly SetMember[], port: number): readonly Route[] {
  const member = members.find((one) => one.port === undefined || one.port === port);
  if (!member) return [];
  const origin = { object: routeKey(member.kind, member.row), path: 'spec.rules' };
  return [{ name: undefined, origin, match: ANY, action: NOT_FOUND, policy: {} }];
}

const NOT_FOUND = { kind: 'direct-response', status: 404, body: undefined } as const;

function referrerOf({ object, kind }: RouteRules, inMesh: true | undefined): BackendAsked['from'] {
  return { kind, namespace: parseObjectKey(object).namespace, inMesh };
}
