import { type Graph, gather } from '../../graph/index.ts';
import type { Labels } from '../../mesh/index.ts';
import { type Entry, encode, type RouteConfiguration, type VirtualHost } from '../../proto/index.ts';
import type { PerspectiveId, RouteSetId, Routing } from '../../route/index.ts';
import type { View } from '../../view/index.ts';
import { httpPorts } from '../listeners/gateway-listener.ts';
import { gatewayRouteName } from '../names.ts';
import type { Built } from '../translator.ts';
import { hostOf } from './client-hosts.ts';
import type { HashKeys } from './hash-keys.ts';
import { buildRouteConfiguration } from './route-configuration.ts';
import { decidedIn, type RouteLayers } from './route-layers.ts';
import { buildBlackHole, buildVirtualHost, ownResource, virtualHostName } from './virtual-host.ts';

/** A virtual host of a gateway by its inputs. */
interface GatewayHostKey {
  readonly routeName: string;
  readonly port: number;
  readonly host: string;
  readonly rules: RouteSetId;
  readonly perspective: PerspectiveId;
  readonly httpsRedirect: boolean;
}

/** A route of a gateway, with the hosts behind it. */
interface GatewayRoute {
  readonly name: string;
  readonly port: number;
  readonly hosts: readonly GatewayHostKey[];
}

/** Routes of requests that arrive at gateways, on plain HTTP ports. */
export function createGatewayRoutes(graph: Graph, routing: Routing, hashKeys: HashKeys): RouteLayers {
  const routesOf = graph.query('gateway.routes', (proxy): readonly GatewayRoute[] => {
    const { namespace, labels } = JSON.parse(proxy) as { readonly namespace: string; readonly labels: Labels };
    return [...httpPorts(routing.serversFor(namespace, labels)).values()].map(([server]) => {
      const { port, bind } = server!;
      const name = gatewayRouteName(port, bind);
      const hosts = routing.gatewayHosts(namespace, labels, port, bind).map(
        ({ host, routes, httpsRedirect = false }): GatewayHostKey => ({
          routeName: name,
          port,
          host,
          rules: routes,
          perspective: routing.perspective(routes, { namespace, labels: {} }, host),
          httpsRedirect,
        }),
      );
      return { name, port, hosts };
    });
  });

  /** Undefined: no route of the rules is meant for this gateway and port. */
  const build = (key: GatewayHostKey): Built<VirtualHost> | undefined => {
    const { host, port, rules, perspective, httpsRedirect } = key;
    const routes = routing.routesSeen(rules, perspective, { port });
    if (routes.length === 0 && !httpsRedirect) return undefined;
    return buildVirtualHost({
      name: virtualHostName(host, port),
      domains: [host],
      routes,
      port,
      hashKeyOf: hashKeys(perspective),
      ruled: true,
      origin: routes[0] && { object: routes[0].origin.object, path: 'spec.hosts' },
      httpsRedirect,
    });
  };
  const virtualHost = graph.query('gateway.virtualHost', (key) => build(parse(key))?.message);
  const buildOwn = (key: GatewayHostKey): Built<VirtualHost> | undefined => {
    const built = build(key);
    return built && ownResource(key.routeName, built);
  };
  const virtualHostEntry = graph.query('gateway.virtualHost.entry', (key): Entry | undefined => {
    const own = buildOwn(parse(key));
    return own && encode('vhds', own.message);
  });

  const configurationOf = ({ name, port }: GatewayRoute, virtualHosts: readonly VirtualHost[]): RouteConfiguration =>
    buildRouteConfiguration({
      name,
      virtualHosts: virtualHosts.length > 0 ? virtualHosts : [buildBlackHole(port)],
      discovers: false,
    });
  const configuration = (route: GatewayRoute, virtualHosts: View['virtualHosts']): RouteConfiguration => {
    if (virtualHosts === 'discovered' && route.hosts.length > 0) {
      return buildRouteConfiguration({ name: route.name, virtualHosts: [], discovers: true });
    }
    return configurationOf(
      route,
      route.hosts.flatMap((key) => virtualHost(JSON.stringify(key)) ?? []),
    );
  };

  const routesLayer = (virtualHosts: View['virtualHosts']) =>
    gather<Entry>(graph, `gateway.routes.${virtualHosts}`, {
      families: (proxy) => routesOf(proxy).map(({ name }) => name),
      familyOf: (name) => name,
      read: (proxy, name) =>
        routesOf(proxy)
          .filter((route) => route.name === name)
          .map((route) => [name, encode('rds', configuration(route, virtualHosts))]),
    });
  const layers = { inline: routesLayer('inline'), discovered: routesLayer('discovered') };
  const keysByHost = graph.query('gateway.hosts', (proxy) =>
    Map.groupBy(
      routesOf(proxy).flatMap(({ hosts }) => hosts),
      ({ host }) => host,
    ),
  );
  const virtualHosts = gather<Entry>(graph, 'gateway.virtualHosts', {
    families: (proxy) => [...keysByHost(proxy).keys()],
    familyOf: hostOf,
    read: (proxy, host) =>
      (keysByHost(proxy).get(host) ?? []).flatMap((key): (readonly [string, Entry])[] => {
        const entry = virtualHostEntry(JSON.stringify(key));
        return entry ? [[entry.name, entry]] : [];
      }),
  });

  return {
    routes: (view) => layers[view.virtualHosts](proxyOf(view)),
    virtualHosts: (view) => [virtualHosts(proxyOf(view))],
    explainRoute: (view, name) => {
      const route = routesOf(proxyOf(view)).find((one) => one.name === name);
      if (!route) return undefined;
      if (view.virtualHosts === 'discovered') return { message: configuration(route, 'discovered'), decided: [] };
      const built = route.hosts.flatMap((key): readonly Built<VirtualHost>[] => [build(key) ?? []].flat());
      return {
        message: configurationOf(
          route,
          built.map(({ message }) => message),
        ),
        decided: decidedIn(built),
      };
    },
    explainVirtualHost: (view, name) => {
      const key = keysByHost(proxyOf(view))
        .get(hostOf(name))
        ?.find((one) => nameOf(one) === name);
      return key && buildOwn(key);
    },
  };
}

function proxyOf({ namespace, labels }: View): string {
  return JSON.stringify({ namespace, labels });
}

function parse(key: string): GatewayHostKey {
  return JSON.parse(key) as GatewayHostKey;
}

/** `http.80/shop.example.com:80`. */
function nameOf({ routeName, host, port }: GatewayHostKey): string {
  return `${routeName}/${virtualHostName(host, port)}`;
}
