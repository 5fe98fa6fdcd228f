import type { KubeObject, ObjectKey } from '../../api/index.ts';
import type { Graph, Query } from '../../graph/index.ts';
import type { Reader, Tables } from '../../store/index.ts';
import type { Ancestor, Attachment, Parent } from './gateway-api.ts';
import { linkerdRules } from './linkerd-rules.ts';
import { type BackendObject, objectMeantBy, referencesOf } from './route-references.ts';

/** Who sends something to a backend. */
export interface BackendUsers {
  /** The keys of routes. */
  readonly routesTo: (object: BackendObject) => readonly ObjectKey[];
  /** Gateways with such a route, then Services of the mesh that have one; each sorted. */
  readonly ancestors: Query<readonly Ancestor[], BackendObject>;
}

export function createBackendUsers(
  graph: Graph,
  store: Tables,
  attachments: Query<readonly Attachment[]>,
): BackendUsers {
  const routes = [
    keep(store.httpRoutes, rulesOf),
    keep(store.grpcRoutes, rulesOf),
    keep(store.tlsRoutes, rulesOf),
    keep(store.tcpRoutes, rulesOf),
    keep(store.udpRoutes, rulesOf),
    keep(store.linkerdHttpRoutes, linkerdRules),
  ];
  const routesTo = (object: BackendObject) => routes.flatMap((keysTo) => keysTo(object));
  const ancestors = graph.query('gatewayApi.ancestors', (object: BackendObject): readonly Ancestor[] => {
    const found = routesTo(object).flatMap(attachments);
    const gateways = found.flatMap(({ listeners }) => listeners.map(({ id }) => id.split('#')[0]!));
    const services = found.flatMap(({ parent, accepted }) => (accepted.ok ? serviceIn(parent) : []));
    return [...gatewaysOf(gateways), ...distinct(services)];
  });
  return { routesTo, ancestors };
}

type Rule = Parameters<typeof referencesOf>[0];

function rulesOf({ spec }: KubeObject<{ readonly spec: { readonly rules?: readonly Rule[] | undefined } }>) {
  return spec.rules ?? [];
}

/** The keys of routes of a kind that send something to a backend. */
function keep<T extends KubeObject<unknown>>(
  table: Reader<T>,
  rules: (route: T) => readonly Rule[],
): (object: BackendObject) => readonly ObjectKey[] {
  const byBackend = table.index('byBackendObject', (route) => {
    const all = rules(route).flatMap(referencesOf);
    return [...new Set(all.flatMap((placed) => objectMeantBy(placed, route.metadata.namespace) ?? []))];
  });
  const keyOf = table.column('key', ({ key }) => key);
  return (object) => byBackend(object).map((row) => keyOf(row)!);
}

function gatewaysOf(rows: readonly string[]): readonly Ancestor[] {
  return [...new Set(rows)].sort().map((key) => ({ kind: 'Gateway', key }));
}

function serviceIn(parent: Parent): readonly Ancestor[] {
  if (parent.kind !== 'Service') return [];
  return [{ kind: parent.isEntry ? 'ServiceEntry' : 'Service', key: parent.key }];
}

function distinct(services: readonly Ancestor[]): readonly Ancestor[] {
  const byName = new Map(services.map((one) => [`${one.kind}/${one.key}`, one]));
  return [...byName].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
}
