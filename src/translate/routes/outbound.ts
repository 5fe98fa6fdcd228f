import { type Graph, gather } from '../../graph/index.ts';
import type { Mesh } from '../../mesh/index.ts';
import { type Entry, encode, type RouteConfiguration, type VirtualHost } from '../../proto/index.ts';
import { HTTP_PROXY_LISTENER_ROUTE } from '../names.ts';
import { gatherShared } from '../shared-layers.ts';
import type { Built } from '../translator.ts';
import { type Client, type ClientHosts, hostOf, isDetected } from './client-hosts.ts';
import { type HostBuilder, type HostKey, routeNameOf } from './host-key.ts';
import { buildRouteConfiguration } from './route-configuration.ts';
import { decidedIn, type RouteLayers } from './route-layers.ts';
import { buildCatchAll, ownResource, virtualHostName } from './virtual-host.ts';

/** Routes of requests that sidecars send. */
export function createOutboundRoutes(graph: Graph, mesh: Mesh, clients: ClientHosts, build: HostBuilder): RouteLayers {
  const policy = graph.query('routes.policy', () => mesh.config().outboundTrafficPolicy);
  const configurationOf = (
    name: string,
    virtualHosts: readonly VirtualHost[],
    discovers = false,
  ): RouteConfiguration =>
    isDetected(name)
      ? buildRouteConfiguration({ name, virtualHosts, discovers: false })
      : buildRouteConfiguration({
          name,
          virtualHosts: [...virtualHosts, buildCatchAll(policy(''))],
          discovers,
          // There, hosts carry their ports.
          ignorePort: name !== HTTP_PROXY_LISTENER_ROUTE,
        });

  const virtualHost = graph.query('virtualHost', (key) => build(parse(key))?.message);
  const buildOwn = (key: HostKey): Built<VirtualHost> | undefined => {
    const built = build(key);
    return built && ownResource(routeNameOf(key), built);
  };
  const virtualHostEntry = graph.query('virtualHost.entry', (key): Entry | undefined => {
    const own = buildOwn(parse(key));
    return own && encode('vhds', own.message);
  });
  const detectedEntry = graph.query('route.detected', (key): Entry | undefined => {
    const message = build(parse(key))?.message;
    return message && encode('rds', configurationOf(routeNameOf(parse(key)), [message]));
  });
  const discoveringEntry = graph.query('route.discovering', (name) => encode('rds', configurationOf(name, [], true)));
  const inlineEntry = graph.query('route.inline', (key) => {
    const [client, name] = JSON.parse(key) as [Client, string];
    const virtualHosts = clients.keysIn(client, name).flatMap((host) => virtualHost(JSON.stringify(host)) ?? []);
    return encode('rds', configurationOf(name, virtualHosts));
  });
  const ownEntry = (client: Client, name: string): Entry | undefined => {
    const [key] = clients.keysIn(client, name);
    return key && detectedEntry(JSON.stringify(key));
  };

  const routesOf = (kind: string, shared: (client: Client, name: string) => Entry) =>
    gather<Entry>(graph, `routes.${kind}`, {
      families: clients.routeNames,
      familyOf: (name) => name,
      read: (client, name) => {
        const entry = isDetected(name) ? ownEntry(client, name) : shared(client, name);
        return entry ? [[name, entry]] : [];
      },
    });
  const routes = {
    inline: routesOf('inline', (client, name) => inlineEntry(JSON.stringify([client, name]))),
    discovered: routesOf('discovered', (_, name) => discoveringEntry(name)),
  };
  const virtualHosts = gatherShared<Entry>(graph, 'virtualHosts', {
    families: clients.hosts,
    own: clients.ownHosts,
    common: clients.elsewhere,
    familyOf: hostOf,
    read: (client, host) =>
      clients.keysOf(client, host).flatMap((key): (readonly [string, Entry])[] => {
        const entry = key.kind === 'detected' ? undefined : virtualHostEntry(JSON.stringify(key));
        return entry ? [[entry.name, entry]] : [];
      }),
  });

  return {
    routes: (view) => routes[view.virtualHosts](clients.clientOf(view)),
    virtualHosts: (view) => virtualHosts(clients.clientOf(view)),
    explainRoute: (view, name) => {
      const client = clients.clientOf(view);
      if (!clients.routeNames(client).includes(name)) return undefined;
      if (!isDetected(name) && view.virtualHosts === 'discovered') {
        return { message: configurationOf(name, [], true), decided: [] };
      }
      const built = clients
        .keysIn(client, name)
        .flatMap((key): readonly Built<VirtualHost>[] => [build(key) ?? []].flat());
      return {
        message: configurationOf(
          name,
          built.map(({ message }) => message),
        ),
        decided: decidedIn(built),
      };
    },
    explainVirtualHost: (view, name) => {
      const key = clients.keysOf(clients.clientOf(view), hostOf(name)).find((one) => nameOf(one) === name);
      return key && buildOwn(key);
    },
  };
}

function parse(key: string): HostKey {
  return JSON.parse(key) as HostKey;
}

/** `80/cart.shop:80`. */
function nameOf(key: HostKey): string {
  return `${routeNameOf(key)}/${virtualHostName(key.host, key.port)}`;
}
