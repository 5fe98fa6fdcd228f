import type { Labels } from '../api/index.ts';
import type { Graph, Query } from '../graph/index.ts';
import type { Mesh, RuleId, ServiceId } from '../mesh/index.ts';
import type { Known } from './destination.ts';
import type { TcpRule } from './from-tcp-routes.ts';
import type { HttpRule } from './from-virtual-service.ts';
import { mirrorsOf } from './policy.ts';
import { membersOf } from './route-set.ts';
import type { MeshClient, PerspectiveId, RouteSetId } from './routing.ts';
import type { VirtualServices } from './virtual-services.ts';

/** What a destination host means to a client. */
export interface Seen {
  readonly host: string;
  readonly service: ServiceId | undefined;
  readonly rule: RuleId | undefined;
}

/** All by which a set of rules can tell clients apart. */
export interface Perspective {
  /** Undefined: no rule asks. */
  readonly namespace: string | undefined;
  /** Those that some rule asks for. */
  readonly labels: Labels;
  readonly destinations: readonly Seen[];
}

/** What a set of rules asks of a client. */
interface Asked {
  readonly namespace: boolean;
  readonly labels: readonly string[];
  readonly hosts: readonly string[];
}

/** Reduces clients to what rules can see of them, so that clients with equal perspectives share routes. */
export function createPerspectives(
  graph: Graph,
  mesh: Mesh,
  rules: Pick<VirtualServices, 'httpRules' | 'resolve'> & { readonly tcpRules: Query<readonly TcpRule[]> },
): (set: RouteSetId | undefined, client: MeshClient, host: string) => PerspectiveId {
  const asked = graph.query('route.asked', (rule): Asked => {
    const http = rules.httpRules(rule);
    const tcp = rules.tcpRules(rule);
    const matches = [...http.flatMap((one) => one.http.match ?? []), ...tcp.map(({ match }) => match)];
    const named = [
      ...http.flatMap(destinationsOf),
      ...tcp.flatMap(({ route, namespace }) => namedIn(route, namespace)),
    ];
    return {
      namespace: matches.some(({ sourceNamespace }) => sourceNamespace),
      labels: distinct(matches.flatMap(({ sourceLabels }) => Object.keys(sourceLabels ?? {}))),
      hosts: distinct(named.map(([host, namespace]) => rules.resolve(host, namespace))),
    };
  });

  return (set, client, host) => {
    const asks = set === undefined ? [] : membersOf(set).map(({ rule }) => asked(rule));
    const hosts = distinct([...asks.flatMap((one) => one.hosts), host]);
    return perspectiveId({
      namespace: asks.some((one) => one.namespace) ? client.namespace : undefined,
      labels: pick(client.labels, distinct(asks.flatMap((one) => one.labels))),
      destinations: hosts.flatMap((name) => seen(mesh, client.namespace, name)),
    });
  };
}

/** Of clients of a namespace, by destinations alone: where no rule asks who sends. */
export function perspectiveOn(mesh: Mesh, namespace: string, hosts: readonly string[]): PerspectiveId {
  const destinations = distinct(hosts).flatMap((host) => seen(mesh, namespace, host));
  return perspectiveId({ namespace: undefined, labels: {}, destinations });
}

/** What a client of this perspective knows of destinations. */
export function knownIn(perspective: Perspective, mesh: Mesh, resolve: Known['resolve']): Known {
  const find = (host: string): Seen | undefined => perspective.destinations.find((seen) => seen.host === host);
  return {
    resolve,
    service: (host) => {
      const id = find(host)?.service;
      return id === undefined ? undefined : mesh.service(id);
    },
    hasSubset: (host, subset) => mesh.subsets(find(host)?.rule).some(({ name }) => name === subset),
  };
}

export function parsePerspective(id: PerspectiveId): Perspective {
  const [namespace, labels, destinations] = JSON.parse(id) as [
    string | null,
    Labels,
    [string, string, string | null][],
  ];
  return {
    namespace: namespace ?? undefined,
    labels,
    destinations: destinations.map(([host, service, rule]) => ({ host, service, rule: rule ?? undefined })),
  };
}

function perspectiveId({ namespace, labels, destinations }: Perspective): PerspectiveId {
  return JSON.stringify([
    namespace ?? null,
    labels,
    destinations.map(({ host, service, rule }) => [host, service, rule ?? null]),
  ]);
}

/** Nothing, if the host is not a service there. */
function seen(mesh: Mesh, namespace: string, host: string): readonly Seen[] {
  const service = mesh.serviceOf(namespace, host);
  return service === undefined ? [] : [{ host, service, rule: mesh.ruleFor(namespace, service) }];
}

type Named = readonly [host: string, namespace: string];

function destinationsOf({ http, namespace }: HttpRule): readonly Named[] {
  const mirrors = mirrorsOf(http).map(({ destination }) => ({ destination }));
  return namedIn([...(http.route ?? []), ...mirrors], namespace);
}

function namedIn(
  route: readonly { readonly destination?: { readonly host: string } | undefined }[],
  namespace: string,
): readonly Named[] {
  return route.flatMap(({ destination }) => (destination ? [[destination.host, namespace] as const] : []));
}

function pick(labels: Labels, keys: readonly string[]): Labels {
  return Object.fromEntries(keys.flatMap((key) => (labels[key] === undefined ? [] : [[key, labels[key]]])));
}

function distinct(values: readonly string[]): readonly string[] {
  return [...new Set(values)].sort();
}
