import { type KubeObject, type ObjectKey, objectKey, parseObjectKey, serversOfRoute } from '../../api/index.ts';
import { agedBy, byAge } from '../../mesh/precedence.ts';
import type { Reader, Tables } from '../../store/index.ts';

/** The HTTPRoutes of Servers, Gateway API's and Linkerd's own. What their rules are is nothing that is asked here. */
export interface ServerRoutes {
  /** By Server, `namespace/name`; the oldest first. */
  readonly of: (server: string) => readonly ObjectKey[];
  /** The Servers that a route is for, be they there or not. Undefined: there is no such route. */
  readonly serversOf: (route: ObjectKey) => readonly string[] | undefined;
}

export function createServerRoutes({ httpRoutes, linkerdHttpRoutes }: Tables): ServerRoutes {
  const kinds = [keep('gateway.networking.k8s.io', httpRoutes), keep('policy.linkerd.io', linkerdHttpRoutes)];
  return {
    of: (server) => {
      const found = kinds.flatMap(({ group, named, heading }) =>
        named(server).map((row) => ({ key: keyOf(group, row), age: heading(row)!.age })),
      );
      return found.toSorted((a, b) => byAge(a.age, b.age)).map(({ key }) => key);
    },
    serversOf: (route) => {
      const { group, kind, namespace, name } = parseObjectKey(route);
      const known = kind === 'HTTPRoute' ? kinds.find((one) => one.group === group) : undefined;
      return known?.heading(`${namespace}/${name}`)?.servers;
    },
  };
}

type RouteObject = Parameters<typeof serversOfRoute>[0] & Pick<KubeObject<unknown>, 'metadata'>;

function keep<T extends RouteObject>(group: string, table: Reader<T>) {
  return {
    group,
    named: table.index('byServer', serversOfRoute),
    heading: table.column('ofServers', (route) => ({ servers: serversOfRoute(route), age: agedBy(route.metadata) })),
  };
}

function keyOf(group: string, row: string): ObjectKey {
  const [namespace = '', name = ''] = row.split('/');
  return objectKey(group, 'HTTPRoute', namespace, name);
}
