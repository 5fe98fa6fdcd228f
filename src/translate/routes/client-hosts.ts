import type { Graph, Query } from '../../graph/index.ts';
import type { Labels, Mesh, Service } from '../../mesh/index.ts';
import type { Routing } from '../../route/index.ts';
import type { View } from '../../view/index.ts';
import { detectedRouteName, HTTP_PROXY_LISTENER_ROUTE } from '../names.ts';
import { elsewhere as elsewhereOf, parseScope, type Scope, scopeOf } from '../outbound.ts';
import { hasLocalNames } from './domains.ts';
import { type HostKey, routeNameOf } from './host-key.ts';
import {
  EXTRA_HOSTS_PORT,
  hasOwnAddress,
  hostsThatDiffer,
  httpPortsOf,
  type Inventory,
  inventoryOf,
} from './inventory.ts';
import { virtualHostName } from './virtual-host.ts';

/** Everything of a sidecar that its routes depend on, as a key. */
export type Client = string;

interface ClientParts {
  readonly scope: Scope;
  /** Only those that rules look at. */
  readonly labels: Labels;
  readonly hasProxyPort: boolean;
}

/** Which virtual hosts a sidecar has, in which routes. */
export interface ClientHosts {
  readonly clientOf: (view: View) => Client;
  /** Of services, and those that only rules name. */
  readonly hosts: Query<readonly string[]>;
  /** Hosts whose virtual hosts may be others than those of the client `elsewhere`. */
  readonly ownHosts: Query<readonly string[]>;
  /** The same client in a namespace that sees what all see. */
  readonly elsewhere: (client: Client) => Client;
  readonly routeNames: Query<readonly string[]>;
  /** The virtual hosts of one host, in all routes. */
  readonly keysOf: (client: Client, host: string) => readonly HostKey[];
  /** The virtual hosts of one route. */
  readonly keysIn: (client: Client, routeName: string) => readonly HostKey[];
}

export function createClientHosts(graph: Graph, mesh: Mesh, routing: Routing): ClientHosts {
  const serviceOf = (namespace: string, host: string): Service | undefined => {
    const id = mesh.serviceOf(namespace, host);
    return id === undefined ? undefined : mesh.service(id);
  };
  const inventory = graph.query('routes.inventory', (scope): Inventory => {
    const { kind, namespace } = parseScope(scope);
    const services = mesh.visibleHosts(namespace).flatMap((host) => serviceOf(namespace, host) ?? []);
    return inventoryOf(services, routing.extraHosts(namespace), { namespace, direct: kind === 'direct' });
  });
  // Each of its own, so that a new service wakes only those for whom something is different.
  const ports = graph.query('routes.ports', (scope) => inventory(scope).ports);
  const lost = graph.query('routes.lost', (scope) => inventory(scope).lost);

  const hosts = graph.query('routes.hosts', (client) => {
    const { namespace } = parseScope(partsOf(client).scope);
    return [...mesh.visibleHosts(namespace), ...routing.extraHosts(namespace)];
  });
  const routeNames = graph.query('routes.names', (client) => {
    const { scope, hasProxyPort } = partsOf(client);
    const shared = ports(scope).map(String);
    const own = new Set([...inventory(scope).detected, ...routed(scope)]);
    return [...shared, ...(hasProxyPort ? [HTTP_PROXY_LISTENER_ROUTE] : []), ...own];
  });
  /** The routes of services with rules for what is sent to their addresses. */
  const routed = (scope: Scope): readonly string[] => {
    const { kind, namespace } = parseScope(scope);
    if (kind === 'direct') return [];
    return routing.routedHosts(namespace).flatMap(({ host, port }) => {
      const service = serviceOf(namespace, host);
      return service && hasOwnAddress(service, false) ? [detectedRouteName(host, port)] : [];
    });
  };

  const keysOf = (client: Client, host: string): readonly HostKey[] => {
    const { scope, labels, hasProxyPort } = partsOf(client);
    const { kind, namespace } = parseScope(scope);
    const service = serviceOf(namespace, host);
    const isAlone = service !== undefined && hasOwnAddress(service, kind === 'direct');
    const http = service ? httpPortsOf(service) : [{ number: EXTRA_HOSTS_PORT, protocol: 'http' }];
    const rules = http.length > 0 ? routing.routesFor(namespace, host) : undefined;
    // A host that is no service exists by its rules only.
    if (http.length === 0 || (!service && rules === undefined)) return [];
    const local = service !== undefined && hasLocalNames(service, namespace);
    const perspective = routing.perspective(rules, { namespace, labels }, host);
    const common = { host, service: service?.id, rules, perspective, local };
    return http.flatMap(({ number, protocol }): HostKey[] => {
      const key = { ...common, port: number, lost: lost(scope).get(virtualHostName(host, number)) };
      // Where every call is seen, what was not sent to its address is not for it, whatever host is said.
      const isRouted = kind !== 'direct' && isAlone && routing.routedPort(namespace, host, number)?.as === 'requests';
      const hasOwn = protocol === 'auto' || (isAlone && (kind === 'direct' || isRouted));
      return [
        ...(ports(scope).includes(number) && !isRouted ? [{ ...key, kind: 'port' as const }] : []),
        ...(hasProxyPort ? [{ ...key, kind: 'proxy' as const }] : []),
        ...(hasOwn ? [{ ...common, port: number, kind: 'detected' as const }] : []),
      ];
    });
  };
  const keysIn = (client: Client, routeName: string): readonly HostKey[] => {
    const candidates = isDetected(routeName) ? [hostOf(routeName)] : hosts(client);
    return candidates.flatMap((host) => keysOf(client, host).filter((key) => routeNameOf(key) === routeName));
  };

  const ownHostsIn = graph.query('routes.ownHosts', (scope) => {
    const { namespace } = parseScope(scope);
    const there = inventory(elsewhereOf(scope));
    const differing = hostsThatDiffer(inventory(scope), there, routing.extraHosts(namespace));
    return [...new Set([...routing.ownHosts(namespace), ...differing])];
  });
  const ownHosts = (client: Client): readonly string[] => ownHostsIn(partsOf(client).scope);

  const clientOf = (view: View): Client => {
    const asked = routing.clientLabelKeys().filter((key) => view.labels[key] !== undefined);
    const labels = Object.fromEntries(asked.map((key) => [key, view.labels[key]!]));
    return JSON.stringify({ scope: scopeOf(view), labels, hasProxyPort: view.httpProxyPort > 0 } satisfies ClientParts);
  };
  return { clientOf, hosts, ownHosts, elsewhere, routeNames, keysOf, keysIn };
}

function elsewhere(client: Client): Client {
  const parts = partsOf(client);
  return JSON.stringify({ ...parts, scope: elsewhereOf(parts.scope) } satisfies ClientParts);
}

function partsOf(client: Client): ClientParts {
  return JSON.parse(client) as ClientParts;
}

/** The host of `80/cart.shop:80` and of `cart.shop:80`. */
export function hostOf(name: string): string {
  return name.slice(name.indexOf('/') + 1, name.lastIndexOf(':'));
}

/** Whether a route is that of a single service. */
export function isDetected(routeName: string): boolean {
  return routeName.includes(':');
}
