import type { Graph, Query, Table } from '../graph/index.ts';
import type { Mesh } from '../mesh/index.ts';
import type { Node, View, ViewId } from './view.ts';
import { viewFromId, viewId } from './view-id.ts';
import { nodeProblem, viewOf } from './view-of.ts';

/** Connected proxies, and what each of them is. */
export interface Views {
  /** By connection: the server writes a node when a stream opens, and deletes it when the stream ends. */
  readonly connections: Table<Node>;
  /** The view of a connection; undefined if it is gone or its node has a problem. Changes when selectors change. */
  readonly viewFor: Query<ViewId | undefined>;
  /** The view that an id stands for. */
  readonly view: Query<View, ViewId>;
}

/** `routing`: whoever else looks at labels of proxies. */
export function createViews(
  graph: Graph,
  mesh: Pick<Mesh, 'selectorKeys' | 'isNamedAddress' | 'config'>,
  routing: { readonly selectorKeys: () => readonly string[] },
): Views {
  const connections = graph.table<Node>('connections');
  // Of their own, so that a connection does not depend on all of the mesh's configuration.
  const selectorKeys = graph.query('view.selectorKeys', () =>
    [...new Set([...mesh.selectorKeys(), ...routing.selectorKeys()])].sort(),
  );
  const proxyHttpPort = graph.query('view.proxyHttpPort', () => mesh.config().proxyHttpPort);
  const viewFor = graph.query('viewFor', (connection) => {
    const node = connections.get(connection);
    if (!node || nodeProblem(node)) return undefined;
    return viewId(
      viewOf(node, {
        selectorKeys: selectorKeys(''),
        isNamedAddress: mesh.isNamedAddress,
        proxyHttpPort: proxyHttpPort(''),
      }),
    );
  });
  return { connections, viewFor, view: graph.query('view', viewFromId) };
}
