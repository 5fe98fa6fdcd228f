import type { Graph } from '../graph/index.ts';
import { type View, type ViewId, type Views, viewFromId, viewId } from '../view/index.ts';

/** Views without connections, for tests of this room. */
export function fakeViews(graph: Graph): Views {
  return { connections: graph.table('connections'), viewFor: () => undefined, view: graph.query('view', viewFromId) };
}

/** A sidecar of `cart` in namespace `shop` behind iptables, unless said otherwise. */
export function fakeView(over: Partial<View> = {}): ViewId {
  return viewId({
    role: 'sidecar',
    namespace: 'shop',
    labels: { app: 'cart' },
    addresses: [],
    interception: 'redirect',
    httpProxyPort: 0,
    locality: { region: '', zone: '', subZone: '' },
    virtualHosts: 'discovered',
    serviceAccount: undefined,
    secrets: 'none',
    ...over,
  });
}
