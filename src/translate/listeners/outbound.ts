import { type Graph, gather, type Query } from '../../graph/index.ts';
import { entriesIn } from '../../lib/layers.ts';
import { entriesOf, type Shares, sharesOf } from '../../lib/shares.ts';
import type { Labels, Mesh, PathNormalization } from '../../mesh/index.ts';
import { type Entry, encode, type Listener } from '../../proto/index.ts';
import type { Routing } from '../../route/index.ts';
import type { View } from '../../view/index.ts';
import { listenerName } from '../names.ts';
import { elsewhere, type Outbound, parseScope, type Scope, scopeOf } from '../outbound.ts';
import { gatherShared } from '../shared-layers.ts';
import type { Built } from '../translator.ts';
import { buildOutboundListener, type OutboundListener } from './outbound-listener.ts';
import { type OutboundPlan, planOf } from './outbound-plan.ts';
import { type Wanted, wantedDirect, wantedIntercepted } from './wanted.ts';

/** A scope, with the labels that rules for connections ask of a client: mostly none. */
export type ClientScope = string;

export interface OutboundListeners {
  readonly clientOf: (view: View) => ClientScope;
  readonly layer: (client: ClientScope) => Shares<Entry>;
  /** Without those on ports that the proxy and its application need for themselves. */
  readonly layerWithout: (client: ClientScope, ports: readonly number[]) => Shares<Entry>;
  readonly build: (client: ClientScope, name: string) => Built<Listener> | undefined;
}

/** What the mesh says for all of them. Readers of one setting do not wake when another changes. */
export interface MeshSettings {
  readonly otherwise: () => string;
  readonly pathNormalization: () => PathNormalization;
}

/** Listeners through which a sidecar's application calls others. */
export function createOutboundListeners(
  graph: Graph,
  mesh: Mesh,
  routing: Routing,
  outbound: Outbound,
  settings: MeshSettings,
): OutboundListeners {
  const plans = createPlans(graph, mesh, routing, outbound);
  const listenerOf = (client: ClientScope, { origins: _, ...plan }: OutboundPlan): OutboundListener => ({
    plan,
    bindToPort: parseScope(parseClient(client).scope).kind === 'direct',
    otherwise: settings.otherwise(),
    pathNormalization: settings.pathNormalization(),
  });
  // The plan itself is the key: scopes that plan the same share one encoding.
  const entry = graph.query('listener', (key) =>
    encode('lds', buildOutboundListener(JSON.parse(key) as OutboundListener)),
  );
  const layer = gather<Entry>(graph, 'listeners.outbound', {
    families: (client) => [...plans(client).keys()],
    familyOf: (name) => name,
    read: (client, name) => {
      const plan = plans(client).get(name);
      return plan ? [[name, entry(JSON.stringify(listenerOf(client, plan)))]] : [];
    },
  });
  const without = graph.query('listeners.without', (key): Shares<Entry> => {
    const [client, ports] = JSON.parse(key) as [ClientScope, readonly number[]];
    const taken = new Set(ports);
    return sharesOf([...entriesOf(layer(client))].filter(([name]) => !taken.has(plans(client).get(name)!.port)));
  });
  return {
    clientOf: (view) => clientOf(view, routing.clientLabelKeys()),
    layer,
    layerWithout: (client, ports) => without(JSON.stringify([client, ports])),
    build: (client, name) => {
      const plan = plans(client).get(name);
      if (!plan) return undefined;
      const message = buildOutboundListener(listenerOf(client, plan));
      return { message, decided: plan.origins.map((origin) => ({ path: '', origin })) };
    },
  };
}

function clientOf(view: View, keys: readonly string[]): ClientScope {
  const labels = keys.filter((key) => Object.hasOwn(view.labels, key)).map((key) => [key, view.labels[key]!]);
  return clientScope(scopeOf(view), Object.fromEntries(labels));
}

function clientScope(scope: Scope, labels: Labels): ClientScope {
  return JSON.stringify([scope, labels]);
}

function parseClient(client: ClientScope): { readonly scope: string; readonly labels: Labels } {
  const [scope, labels] = JSON.parse(client) as [string, Labels];
  return { scope, labels };
}

/** The listeners of a client by name: decided anew when ports, addresses or rules change, not when endpoints do. */
function createPlans(
  graph: Graph,
  mesh: Mesh,
  routing: Routing,
  outbound: Outbound,
): Query<ReadonlyMap<string, OutboundPlan>> {
  const instances = graph.query('listeners.instances', (key) => {
    const [service, port] = JSON.parse(key) as [string, number];
    return [...new Set(mesh.endpoints(service, port).map(({ address }) => address))].sort();
  });
  const wanted = gatherShared<readonly Wanted[]>(graph, 'listeners.wanted', {
    families: (client) => outbound.hosts(parseClient(client).scope),
    own: (client) => routing.ownHosts(parseScope(parseClient(client).scope).namespace),
    common: (client) => {
      const { scope, labels } = parseClient(client);
      return clientScope(elsewhere(scope), labels);
    },
    familyOf: (host) => host,
    read: (client, host) => {
      const { scope, labels } = parseClient(client);
      const service = outbound.serviceOf(scope, host);
      if (!service) return [];
      const { kind, namespace } = parseScope(scope);
      const facts = {
        instances: (port: number) => instances(JSON.stringify([service.id, port])),
        tcpRoutes: (port: number) =>
          routing.tcpRoutes(routing.routesFor(namespace, host), { namespace, labels }, host, port),
        routed: (port: number) => routing.routedPort(namespace, host, port),
      };
      return [[host, kind === 'direct' ? wantedDirect(service, facts) : wantedIntercepted(service, facts)]];
    },
  });
  return graph.query('listeners.plans', (client) => {
    const byHost = [...entriesIn(wanted(client))].sort(([a], [b]) => (a < b ? -1 : 1));
    const all = byHost.flatMap(([, ofHost]) => ofHost);
    const byListener = Map.groupBy(all, ({ bind, port }) => listenerName(bind, port));
    return new Map([...byListener].map(([name, group]) => [name, planOf(group as [Wanted, ...Wanted[]])]));
  });
}
