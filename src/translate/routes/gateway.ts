import { type Graph, gather } from '../../graph/index.ts';
import { weakly } from '../../lib/weakly.ts';
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

/** A host of a gateway, in one of its routes. */
interface PlacedHost extends Omit<GatewayHost, 'routes'> {
  readonly routeName: string;
  readonly port: number;
  readonly rules: RouteSetId;
  /** TLS ends here. */
  readonly secure: boolean;
}

/** A virtual host by its inputs. */
interface GatewayHostKey extends PlacedHost {
  readonly perspective: PerspectiveId;
}

/** A route of a gateway, with the hosts behind it. */
interface GatewayRoute {
  readonly name: string;
  readonly port: number;
  readonly secure: boolean;
  readonly hosts: readonly GatewayHost[];
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
      ...(plain ? [{ name: gatewayRouteName(port, bind), port, secure: false, hosts: plain }] : []),
      ...secure.map((server) => {
        const hosts = routing.serverHosts(namespace, server);
        return { name: secureRouteName(server), port, secure: true, hosts };
      }),
    ];
  };
  // Asked host by host, so that a destination that changes is none of the others' business.
  const keyOf = (host: PlacedHost, proxy: string): GatewayHostKey => {
    const { namespace } = JSON.parse(proxy) as RouterScope;
    return { ...host, perspective: routing.perspective(host.rules, { namespace, labels: {} }, host.host) };
  };

  /** Undefined: no route of the rules is meant for this gateway and port. */
  const build = (key: GatewayHostKey): Built<VirtualHost> | undefined => {
    const { host, port, rules, perspective, httpsRedirect, secure, answer, origin, alike = [] } = key;
    const routes = routing.routesSeen(rules, perspective, { port, secure });
    if (routes.length === 0 && !httpsRedirect && answer === undefined) return undefined;
    const built = buildVirtualHost({
      name: virtualHostName(host, port),
      domains: [host, ...alike],
      routes,
      port,
      hashKeyOf: hashKeys(perspective),
      ruled: true,
      origin: origin ?? (routes[0] && { object: routes[0].origin.object, path: 'spec.hosts' }),
      httpsRedirect,
    });
    return answer === 421 ? misdirected(built) : built;
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
  const configuration = (
    route: GatewayRoute,
    virtualHosts: View['virtualHosts'],
    proxy: string,
  ): RouteConfiguration => {
    if (virtualHosts === 'discovered' && route.hosts.length > 0) {
      return buildRouteConfiguration({ name: route.name, virtualHosts: [], discovers: true });
    }
    return configurationOf(
      route,
      route.hosts.flatMap((host) => virtualHost(JSON.stringify(keyOf(placed(host, route), proxy))) ?? []),
    );
  };

  const routesLayer = (virtualHosts: View['virtualHosts']) =>
    gather<Entry>(graph, `gateway.routes.${virtualHosts}`, {
      families: (proxy) => routesOf(proxy).map(({ name }) => name),
      familyOf: (name) => name,
      read: (proxy, name) =>
        routesOf(proxy)
          .filter((route) => route.name === name)
          .map((route) => [name, encode('rds', configuration(route, virtualHosts, proxy))]),
    });
  const layers = { inline: routesLayer('inline'), discovered: routesLayer('discovered') };
  // Each of its own, so that a new host wakes no other.
  const hostsNamed = graph.query('gateway.hostsNamed', (key): readonly PlacedHost[] => {
    const end = key.indexOf(' ');
    return hostsCalled(key.slice(0, end), routesOf(key.slice(end + 1)));
  });
  const virtualHosts = gather<Entry>(graph, 'gateway.virtualHosts', {
    families: (proxy) => [...new Set(routesOf(proxy).flatMap(({ hosts }) => [...byName(hosts).keys()]))],
    familyOf: hostOf,
    read: (proxy, name) =>
      hostsNamed(`${name} ${proxy}`).flatMap((host): (readonly [string, Entry])[] => {
        const entry = virtualHostEntry(JSON.stringify(keyOf(host, proxy)));
        return entry ? [[entry.name, entry]] : [];
      }),
  });

  return {
    routes: (view) => layers[view.virtualHosts](routerScopeOf(view)),
    virtualHosts: (view) => [virtualHosts(routerScopeOf(view))],
    explainRoute: (view, name) => {
      const proxy = routerScopeOf(view);
      const route = routesOf(proxy).find((one) => one.name === name);
      if (!route) return undefined;
      if (view.virtualHosts === 'discovered') {
        return { message: configuration(route, 'discovered', proxy), decided: [] };
      }
      const built = route.hosts.flatMap((host): readonly Built<VirtualHost>[] =>
        [build(keyOf(placed(host, route), proxy)) ?? []].flat(),
      );
      return {
        message: configurationOf(
          route,
          built.map(({ message }) => message),
        ),
        decided: decidedIn(built),
      };
    },
    explainVirtualHost: (view, name) => {
      const proxy = routerScopeOf(view);
      const host = hostsCalled(hostOf(name), routesOf(proxy)).find((one) => nameOf(one) === name);
      return host && buildOwn(keyOf(host, proxy));
    },
  };
}

/** Of hosts that did not change it is not made again. */
const byName = weakly(
  (hosts: readonly GatewayHost[]): ReadonlyMap<string, GatewayHost> => new Map(hosts.map((one) => [one.host, one])),
);

function hostsCalled(name: string, routes: readonly GatewayRoute[]): readonly PlacedHost[] {
  return routes.flatMap((route) => {
    const host = byName(route.hosts).get(name);
    return host ? [placed(host, route)] : [];
  });
}

function placed({ routes: rules, ...host }: GatewayHost, { name, port, secure }: GatewayRoute): PlacedHost {
  return { ...host, rules, routeName: name, port, secure };
}

function parse(key: string): GatewayHostKey {
  return JSON.parse(key) as GatewayHostKey;
}

/** `http.80/shop.example.com:80`. */
function nameOf({ routeName, host, port }: PlacedHost): string {
  return `${routeName}/${virtualHostName(host, port)}`;
}

/** https://www.rfc-editor.org/rfc/rfc9110#section-15.5.20 */
function misdirected({ message, decided }: Built<VirtualHost>): Built<VirtualHost> {
  return { message: { ...message, routes: [{ match: { prefix: '/' }, directResponse: { status: 421 } }] }, decided };
}
