import { displayName, type FullParent, type ObjectKey } from '../../api/index.ts';
import type { Graph, Query } from '../../graph/index.ts';
import type { Attachment, RouteKind } from './gateway-api.ts';
import { type AttachInMesh, isMeshParent } from './mesh-parents.ts';
import { audienceOf, type Heading, PRODUCERS, parentGroup, type RouteHeadings } from './route-headings.ts';
import { no } from './verdict.ts';

/** What the routes of one namespace make of a port of a Service. */
export interface MeshPort {
  readonly number: number;
  /** Only routes of one kind hold at a port. */
  readonly kind: RouteKind;
  /** The oldest first, each with the reference by which it holds here: `spec.parentRefs[0]`. */
  readonly routes: readonly { readonly key: ObjectKey; readonly path: string }[];
}

export interface MeshAttachments {
  /** With what other routes of the namespace leave it. */
  readonly attach: (route: Heading, to: FullParent) => Omit<Attachment, 'index' | 'path'> | undefined;
  /** By `meshPortsKey`. Does not wake when rules change. */
  readonly portsOf: Query<readonly MeshPort[]>;
  /** By `PRODUCERS`, `producersIn` or `consumersIn`: the Services that such routes are about, sorted. */
  readonly parents: Query<readonly ObjectKey[]>;
}

/** A parent, as its object's key, and the namespace whose routes are asked for. */
export function meshPortsKey(parent: ObjectKey, namespace: string): string {
  return JSON.stringify([parent, namespace]);
}

/**
 * Routes of Services: those of the Service's own namespace are for every client, those of another for the clients of
 * that one, so only routes of one namespace can be in each other's way.
 * https://gateway-api.sigs.k8s.io/geps/gep-1294/#route-types
 */
export function createMeshAttachments(
  graph: Graph,
  { naming }: Pick<RouteHeadings, 'naming'>,
  attachAlone: AttachInMesh,
): MeshAttachments {
  const portsOf = graph.query('gatewayApi.meshPorts', (key): readonly MeshPort[] => {
    const [parent, namespace] = JSON.parse(key) as [ObjectKey, string];
    const wanted = naming(parent)
      .filter((route) => route.namespace === namespace)
      .flatMap((route) => portsWanted(route, parent, attachAlone));
    const byNumber = Map.groupBy(wanted, ({ number }) => number);
    return [...byNumber].sort(([a], [b]) => a - b).map(([number, all]) => decide(number, all));
  });

  const parents = graph.query('gatewayApi.meshParents', (group): readonly ObjectKey[] => {
    const named = naming(group).flatMap((route) =>
      route.parents.filter(({ to }) => isMeshParent(to) && isFor(group, route, to)),
    );
    return [...new Set(named.map(({ to }) => parentGroup(to)))].sort();
  });

  return {
    portsOf,
    parents,
    attach: (route, to) => {
      const found = attachAlone(route, to);
      if (!found) return undefined;
      const { parent, accepted, ports } = found;
      const held = ports.length === 0 ? [] : portsOf(meshPortsKey(parentGroup(to), route.namespace));
      const rivals = held.filter(({ number, kind }) => ports.includes(number) && kind !== route.kind);
      // It holds at the others.
      if (rivals.length < ports.length || ports.length === 0) return { parent, accepted, listeners: [] };
      const [rival] = rivals[0]!.routes;
      const message = `${to.kind} ${to.namespace}/${to.name} is routed by ${displayName(rival!.key)}, whose kind goes before`;
      return { parent, accepted: no('Conflicted', message), listeners: [] };
    },
  };
}

function isFor(group: string, route: Heading, to: FullParent): boolean {
  return group === PRODUCERS ? to.namespace === route.namespace : audienceOf(route, to) === group;
}

interface WantedPort {
  readonly number: number;
  readonly kind: RouteKind;
  readonly route: MeshPort['routes'][number];
}

function portsWanted(route: Heading, parent: ObjectKey, attach: AttachInMesh): readonly WantedPort[] {
  return route.parents.flatMap(({ to, path }) => {
    const ports = parentGroup(to) === parent ? (attach(route, to)?.ports ?? []) : [];
    return ports.map((number) => ({ number, kind: route.kind, route: { key: route.key, path } }));
  });
}

/** The most specific kind has a port. */
function decide(number: number, wanted: readonly WantedPort[]): MeshPort {
  const kind = SPECIFICITY.find((one) => wanted.some((other) => other.kind === one))!;
  const routes = wanted.flatMap((one) => (one.kind === kind ? [one.route] : []));
  return { number, kind, routes: routes.filter(({ key }, i) => routes.findIndex((one) => one.key === key) === i) };
}

const SPECIFICITY: readonly RouteKind[] = ['GRPCRoute', 'HTTPRoute', 'TLSRoute', 'TCPRoute'];
