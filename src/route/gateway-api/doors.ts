import type { ListenerId, RouteKind } from './gateway-api.ts';
import { commonHostnames } from './hostnames.ts';
import type { Admits, NamespaceRule } from './namespaces.ts';
import type { Heading } from './route-headings.ts';
import { routeKindsOf } from './route-kinds.ts';
import type { WrittenListener } from './written-listener.ts';

/** What of a listener decides which routes it takes. Whether it is open at all is another question. */
export interface Door {
  readonly id: ListenerId;
  readonly name: string;
  readonly port: number;
  readonly protocol: string;
  readonly hostname: string | undefined;
  readonly kinds: readonly RouteKind[];
  readonly namespaces: NamespaceRule;
  /** Of the Gateway or ListenerSet. */
  readonly namespace: string;
}

export function doorOf({ id, listener, namespace }: WrittenListener): Door {
  const { name, port, protocol, hostname, allowedRoutes } = listener;
  const { from = 'Same', selector } = allowedRoutes?.namespaces ?? {};
  const { supported } = routeKindsOf(listener);
  return { id, name, port, protocol, hostname, kinds: supported, namespaces: { from, selector }, namespace };
}

/** Whether a reference means a listener. */
export function isMeant({ name, port }: Door, to: { readonly sectionName?: string; readonly port?: number }): boolean {
  return (to.sectionName === undefined || to.sectionName === name) && (to.port === undefined || to.port === port);
}

/** Whether a listener takes routes of this kind and namespace. */
export function takes({ kinds, namespaces, namespace }: Door, route: Heading, admits: Admits): boolean {
  return kinds.includes(route.kind) && admits(namespaces, namespace, route.namespace);
}

/** The hosts of a route there. Routes of connections and datagrams without names have all of the listener. */
export function hostnamesAt({ hostname }: Door, { hostnames }: Heading): readonly string[] {
  return commonHostnames(hostname, hostnames);
}
