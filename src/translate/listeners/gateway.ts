import type { Graph } from '../../graph/index.ts';
import { type Shares, sharesOf } from '../../lib/shares.ts';
import { type Entry, encode, type Listener } from '../../proto/index.ts';
import type { Routing } from '../../route/index.ts';
import type { View } from '../../view/index.ts';
import type { Built } from '../translator.ts';
import { buildGatewayListener, type GatewayPort, httpPorts } from './gateway-listener.ts';

export interface GatewayListeners {
  readonly layer: (view: View) => Shares<Entry>;
  readonly build: (view: View, name: string) => Built<Listener> | undefined;
}

/** The ports that Gateways open on a router. */
export function createGatewayListeners(graph: Graph, routing: Routing): GatewayListeners {
  const entry = graph.query('listener.gateway', (key) =>
    encode('lds', buildGatewayListener(JSON.parse(key) as GatewayPort)),
  );
  const layer = graph.query('listeners.gateway', (key) => {
    const { namespace, labels } = JSON.parse(key) as Pick<View, 'namespace' | 'labels'>;
    const ports = [...httpPorts(routing.serversFor(namespace, labels))];
    return sharesOf(
      ports.map(([name, [server]]) => {
        const { port, bind } = server!;
        return [name, entry(JSON.stringify({ port, bind }))] as const;
      }),
    );
  });
  return {
    layer: ({ namespace, labels }) => layer(JSON.stringify({ namespace, labels })),
    build: ({ namespace, labels }, name) => {
      const servers = httpPorts(routing.serversFor(namespace, labels)).get(name);
      if (!servers) return undefined;
      const decided = servers.map(({ gateway, path }) => ({ path: '', origin: { object: gateway, path } }));
      return { message: buildGatewayListener(servers[0]!), decided };
    },
  };
}
