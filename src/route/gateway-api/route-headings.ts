import {
  type FullParent,
  type KubeObject,
  linkerdParentOf,
  type ObjectKey,
  objectKey,
  type ParentReference,
  parentOf,
  parseObjectKey,
  writtenPath,
} from '../../api/index.ts';
import type { Graph, Query } from '../../graph/index.ts';
import { type Aged, agedBy, byAge } from '../../mesh/index.ts';
import type { Reader, Tables } from '../../store/index.ts';
import type { RouteKind } from './gateway-api.ts';
import { GATEWAY_GROUP, LINKERD_GROUP } from './group.ts';
import { isMeshParent } from './mesh-parents.ts';

/** What of a route decides where it is attached. It changes far less often than its rules. */
export interface Heading {
  readonly key: ObjectKey;
  readonly kind: RouteKind;
  readonly namespace: string;
  readonly age: Aged;
  /** Empty: any. */
  readonly hostnames: readonly string[];
  readonly parents: readonly WrittenParent[];
  /** It is for all Gateways that are the default, too. */
  readonly usesDefault: boolean;
}

export interface WrittenParent {
  /** Of the usable ones; -1: it is not named. */
  readonly index: number;
  /** `spec.parentRefs[0]`. */
  readonly path: string;
  readonly to: FullParent;
}

export interface RouteHeadings {
  readonly heading: Query<Heading | undefined, ObjectKey>;
  /** Routes that name a parent (`parentGroup`), the oldest first. */
  readonly naming: Query<readonly Heading[]>;
}

/** The group of routes that are for default Gateways. */
export const DEFAULT_GATEWAYS = 'default';

/** The group of routes that are for all clients of some Service. */
export const PRODUCERS = 'producers';

/** The same, of a Service of one namespace. */
export function producersIn(namespace: string): string {
  return `producers/${namespace}`;
}

/** The group of routes that are for the clients of their own namespace, and about Services of others. */
export function consumersIn(namespace: string): string {
  return `consumers/${namespace}`;
}

/** It looks like the key of an object, and is one where the parent is an object. */
export function parentGroup({ group, kind, namespace, name }: FullParent): ObjectKey {
  return objectKey(group, kind, namespace, name);
}

/** The group of a route for what it says of one Service. */
export function audienceOf({ namespace }: Pick<Heading, 'namespace'>, to: FullParent): string {
  return to.namespace === namespace ? producersIn(namespace) : consumersIn(namespace);
}

export function createRouteHeadings(graph: Graph, store: Tables): RouteHeadings {
  const kinds: Readonly<Record<RouteKind, Kept>> = {
    HTTPRoute: keep('HTTPRoute', store.httpRoutes),
    GRPCRoute: keep('GRPCRoute', store.grpcRoutes),
    TLSRoute: keep('TLSRoute', store.tlsRoutes),
    TCPRoute: keep('TCPRoute', store.tcpRoutes),
    UDPRoute: keep('UDPRoute', store.udpRoutes),
  };
  const ofLinkerd = keep('HTTPRoute', store.linkerdHttpRoutes, linkerdParents);
  const naming = graph.query('gatewayApi.routesNaming', (parent): readonly Heading[] => {
    const found = [...Object.values(kinds), ofLinkerd].flatMap(({ naming, heading }) =>
      naming(parent).map((row) => heading(row)!),
    );
    return found.toSorted((a, b) => byAge(a.age, b.age));
  });
  return {
    naming,
    heading: (key) => {
      const { group, kind, namespace, name } = parseObjectKey(key);
      if (group === LINKERD_GROUP && kind === 'HTTPRoute') return ofLinkerd.heading(`${namespace}/${name}`);
      if (group !== GATEWAY_GROUP || !Object.hasOwn(kinds, kind)) return undefined;
      return kinds[kind as RouteKind].heading(`${namespace}/${name}`);
    },
  };
}

interface Kept {
  readonly heading: Query<Heading | undefined>;
  readonly naming: Query<readonly string[]>;
}

type RouteObject = KubeObject<{
  readonly spec: {
    readonly parentRefs?: readonly ParentReference[] | undefined;
    readonly useDefaultGateways?: 'All' | 'None' | undefined;
    readonly hostnames?: readonly string[] | undefined;
  };
}>;

function keep<T extends RouteObject>(kind: RouteKind, table: Reader<T>, parents: ParentsOf = parentsWritten): Kept {
  return {
    heading: table.column('heading', (object) => headingOf(kind, object, parents)),
    naming: table.index('byParent', (object) => groupsOf(headingOf(kind, object, parents))),
  };
}

type ParentsOf = (object: RouteObject) => readonly WrittenParent[];

const parentsWritten: ParentsOf = (object) => parentsBy(parentOf, object);

/** Linkerd's own routes are no Gateway's. */
const linkerdParents: ParentsOf = (object) =>
  parentsBy(linkerdParentOf, object).filter(({ to }) => to.group !== GATEWAY_GROUP);

function parentsBy(meaningOf: typeof parentOf, object: RouteObject): readonly WrittenParent[] {
  const { metadata, spec } = object;
  return (spec.parentRefs ?? []).map((ref, i) => ({
    index: i,
    path: writtenPath(object, `spec.parentRefs[${i}]`),
    to: meaningOf(ref, metadata.namespace),
  }));
}

function headingOf(kind: RouteKind, object: RouteObject, parents: ParentsOf): Heading {
  const { key, metadata, spec } = object;
  return {
    key,
    kind,
    namespace: metadata.namespace,
    age: agedBy(metadata),
    hostnames: spec.hostnames ?? [],
    parents: parents(object),
    usesDefault: spec.useDefaultGateways === 'All',
  };
}

function groupsOf({ parents, namespace, usesDefault }: Heading): readonly string[] {
  const inMesh = parents.filter(({ to }) => isMeshParent(to));
  return [
    ...parents.map(({ to }) => parentGroup(to)),
    ...(usesDefault ? [DEFAULT_GATEWAYS] : []),
    ...inMesh.map(({ to }) => audienceOf({ namespace }, to)),
    ...(inMesh.some(({ to }) => to.namespace === namespace) ? [PRODUCERS] : []),
  ];
}
