import type { Mesh, ServiceId } from '../../mesh/index.ts';
import type { VirtualHost } from '../../proto/index.ts';
import { defaultRoute, type PerspectiveId, type RouteSetId, type Routing } from '../../route/index.ts';
import { HTTP_PROXY_LISTENER_ROUTE, outboundRouteName } from '../names.ts';
import type { Built } from '../translator.ts';
import { domainsOf, withPort } from './domains.ts';
import type { HashKeys } from './hash-keys.ts';
import { buildVirtualHost, virtualHostName } from './virtual-host.ts';

/**
 * A virtual host by its inputs, as narrow as can be: namespaces that see the same share one encoding.
 *
 *   port      in the route of all HTTP services on a port
 *   detected  alone in the route of a service with a listener of its own
 *   proxy     in the route of the HTTP proxy port, where hosts carry their ports
 */
export interface HostKey {
  readonly kind: 'port' | 'detected' | 'proxy';
  readonly host: string;
  readonly port: number;
  readonly service?: ServiceId | undefined;
  readonly rules?: RouteSetId | undefined;
  readonly perspective: PerspectiveId;
  /** The client is of the service's own namespace, where its bare name is enough. */
  readonly local: boolean;
  /** Names that another host of the same route has already. */
  readonly lost?: readonly string[] | undefined;
}

/** The route configuration in which a virtual host stands. */
export function routeNameOf({ kind, host, port }: HostKey): string {
  switch (kind) {
    case 'port':
      return outboundRouteName(port);
    case 'detected':
      return virtualHostName(host, port);
    case 'proxy':
      return HTTP_PROXY_LISTENER_ROUTE;
  }
}

export type HostBuilder = (key: HostKey) => Built<VirtualHost> | undefined;

/** Undefined: no rule is meant for this client, and there is no service to send to without one. */
export function createHostBuilder(mesh: Mesh, routing: Routing, hashKeys: HashKeys): HostBuilder {
  return (key) => {
    const { host, port, rules, perspective } = key;
    const service = key.service === undefined ? undefined : mesh.service(key.service);
    const ruled = routing.routesSeen(rules, perspective, { port });
    const routes = ruled.length > 0 ? ruled : service ? [defaultRoute(service, port)] : [];
    if (routes.length === 0) return undefined;
    const clientNamespace = key.local && service ? service.namespace : '';
    const names = service ? domainsOf(service, clientNamespace) : [host];
    const lost = new Set(key.lost);
    const domains = names.filter((name) => !lost.has(name));
    if (domains.length === 0) return undefined;
    return buildVirtualHost({
      name: virtualHostName(host, port),
      domains: key.kind === 'detected' ? ['*'] : key.kind === 'proxy' ? withPort(domains, port) : domains,
      routes,
      port,
      hashKeyOf: hashKeys(perspective),
      ruled: ruled.length > 0,
      origin: service?.origin ?? { object: routes[0]!.origin.object, path: 'spec.hosts' },
    });
  };
}
