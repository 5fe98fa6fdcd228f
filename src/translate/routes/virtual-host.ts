import type { Origin } from '../../mesh/index.ts';
import type { VirtualHost } from '../../proto/index.ts';
import type { Route } from '../../route/index.ts';
import { PASSTHROUGH_CLUSTER } from '../names.ts';
import type { Built } from '../translator.ts';
import { buildRoute, type RouteSurroundings } from './route.ts';

export interface VirtualHostParts extends RouteSurroundings {
  readonly name: string;
  readonly domains: readonly string[];
  readonly routes: readonly Route[];
  /** Who made this host exist: the service, or the rule that names the host. */
  readonly origin: Origin | undefined;
  /** Plain requests are sent to https. */
  readonly httpsRedirect?: boolean | undefined;
}

export function buildVirtualHost(parts: VirtualHostParts): Built<VirtualHost> {
  const routes = parts.routes.flatMap((route) => buildRoute(route, parts));
  const message: VirtualHost = {
    name: parts.name,
    domains: parts.domains,
    routes: routes.map((route) => route.message),
    requireTls: parts.httpsRedirect ? 'ALL' : undefined,
    includeRequestAttemptCount: true,
  };
  return { message, decided: [...ownOrigin(parts.origin), ...routes.flatMap(originsOf)] };
}

function ownOrigin(origin: Origin | undefined) {
  return origin ? [{ path: '', origin }] : [];
}

function originsOf({ decided }: Built<unknown>, index: number) {
  return decided.map(({ path, origin }) => ({ path: `routes[${index}]${path && `.${path}`}`, origin }));
}

/** `cart.shop:80`. */
export function virtualHostName(host: string, port: number): string {
  return `${host}:${port}`;
}

/**
 * A virtual host as a resource of its own, `<route configuration>/<virtual host>`. It is itself called so as well: by that name
 * Envoy looks for the one that is removed, and keeps it if it finds none.
 */
export function ownResource(routeName: string, { message, decided }: Built<VirtualHost>): Built<VirtualHost> {
  return { message: { ...message, name: `${routeName}/${message.name}` }, decided };
}

/** What becomes of requests for a host that nobody described. */
export function buildCatchAll(policy: 'allow-any' | 'registry-only'): VirtualHost {
  return policy === 'allow-any' ? ALLOW_ANY : BLOCK_ALL;
}

const ALLOW_ANY: VirtualHost = {
  name: 'allow_any',
  domains: ['*'],
  routes: [
    {
      name: 'allow_any',
      match: { prefix: '/' },
      route: { cluster: PASSTHROUGH_CLUSTER, timeout: '0s', maxGrpcTimeout: '0s' },
    },
  ],
  includeRequestAttemptCount: true,
};

const BLOCK_ALL: VirtualHost = {
  name: 'block_all',
  domains: ['*'],
  routes: [{ name: 'block_all', match: { prefix: '/' }, directResponse: { status: 502 } }],
  includeRequestAttemptCount: true,
};

/** A gateway port behind which no host is: without routes, everything is answered with 404. */
export function buildBlackHole(port: number): VirtualHost {
  return { name: virtualHostName('blackhole', port), domains: ['*'] };
}
