import { type Graph, gather } from '../../graph/index.ts';
import { type Entry, encode, type RouteConfiguration, type VirtualHost } from '../../proto/index.ts';
import { type GatewayHost, kindOf, type PerspectiveId, type RouteSetId, type Routing } from '../../route/index.ts';
import type { View } from '../../view/index.ts';
import { type GatewayPlans, type GatewayPort, type RouterScope, routerScopeOf } from '../gateway-plan.ts';
import { gatewayRouteName, secureRouteName } from '../names.ts';
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
  /** TLS ends here. */
  readonly secure: boolean;
}

/** A route of a gateway, with the hosts behind it. */
interface GatewayRoute {
  readonly name: string;
  readonly port: number;
  readonly hosts: readonly GatewayHostKey[];
}

/** Routes of requests that arrive at gateways: one for all plain HTTP servers of a port, one for each that ends TLS. */
export function createGatewayRoutes(
  graph: Graph,
  routing: Routing,
  plans: GatewayPlans,
  hashKeys: HashKeys,
): RouteLayers {
  const routesOf = graph.query('gateway.routes', (proxy): readonly GatewayRoute[] => {
    const scope = JSON.parse(proxy) as RouterScope;
    return plans(proxy).ports.flatMap((port) => routesAt(port, scope));
  });
  const routesAt = ({ port, bind, servers }: GatewayPort, scope: RouterScope): readonly GatewayRoute[] => {
    const { namespace, labels } = scope;
    const isPlain = servers.some((server) => kindOf(server) === 'http');
    const plain = isPlain ? routing.gatewayHosts(namespace, labels, port, bind) : undefined;
    const secure = servers.filter((server) => kindOf(server) === 'https');
    return [
      ...(plain ? [routeTo(gatewayRouteName(port, bind), port, plain, namespace)] : []),
      ...secure.map((server) =>
        routeTo(secureRouteName(server), port, routing.serverHosts(namespace, server), namespace, true),
      ),
    ];
  };
  const routeTo = (
    name: string,
    port: number,
    hosts: readonly GatewayHost[],
    namespace: string,
    secure = false,
  ): GatewayRoute => ({
    name,
    port,
    hosts: hosts.map(({ host, routes, httpsRedirect = false }) => ({
      routeName: name,
      port,
      host,
      rules: routes,
      perspective: routing.perspective(routes, { namespace, labels: {} }, host),
      httpsRedirect,
      secure,
    })),
  });

  /** Undefined: no route of the rules is meant for this gateway and port. */
  const build = (key: GatewayHostKey): Built<VirtualHost> | undefined => {
    const { host, port, rules, perspective, httpsRedirect, secure } = key;
    const routes = routing.routesSeen(rules, perspective, { port, secure });
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
    routes: (view) => layers[view.virtualHosts](routerScopeOf(view)),
    virtualHosts: (view) => [virtualHosts(routerScopeOf(view))],
    explainRoute: (view, name) => {
      const route = routesOf(routerScopeOf(view)).find((one) => one.name === name);
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
      const key = keysByHost(routerScopeOf(view))
        .get(hostOf(name))
        ?.find((one) => nameOf(one) === name);
      return key && buildOwn(key);
    },
  };
}

function parse(key: string): GatewayHostKey {
  return JSON.parse(key) as GatewayHostKey;
}

/** `http.80/shop.example.com:80`. */
function nameOf({ routeName, host, port }: GatewayHostKey): string {
  return `${routeName}/${virtualHostName(host, port)}`;
}
