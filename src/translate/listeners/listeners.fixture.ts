/** Listeners over a fake mesh, and what tests ask of them. */
import { Graph } from '../../graph/index.ts';
import { entriesIn, type Layers } from '../../lib/layers.ts';
import type { Service, ServicePort } from '../../mesh/index.ts';
import type { Policies } from '../../policy/index.ts';
import { fakePolicies } from '../../policy/testing.ts';
import type { Entry, FilterChain, Listener } from '../../proto/index.ts';
import type { Routing } from '../../route/index.ts';
import type { View } from '../../view/index.ts';
import { createEnforcement } from '../enforced.ts';
import { NO_GATEWAY_API } from '../fake-gateway-api.ts';
import { fakeMesh, fakeService } from '../fake-mesh.ts';
import { fakeView, fakeViews } from '../fake-views.ts';
import { createGatewayPlans } from '../gateway-plan.ts';
import { createOutbound } from '../outbound.ts';
import { createListeners } from './index.ts';

export const cart = 'shop/cart.shop.svc.cluster.local';
const HCM = 'envoy.filters.network.http_connection_manager';

export function setUp(services: readonly Service[] = [], said: Partial<Routing> = {}, decreed: Partial<Policies> = {}) {
  const graph = new Graph();
  const fake = fakeMesh(graph);
  for (const service of services) fake.services.set(service.id, service);
  const nothing = {
    serversFor: () => [],
    routesFor: () => undefined,
    routedPort: () => undefined,
    routedHosts: () => [],
    inboundHosts: () => [],
    tcpRoutes: () => [],
    clientLabelKeys: () => [],
    ownHosts: () => [],
  };
  const routing = { ...nothing, ...said } as unknown as Routing;
  const views = fakeViews(graph);
  const policies = fakePolicies(graph, decreed);
  const outbound = createOutbound(graph, fake.mesh, NO_GATEWAY_API);
  const plans = createGatewayPlans(graph, fake.mesh, routing, outbound);
  const enforcement = createEnforcement(graph, policies, fake.mesh);
  const listeners = createListeners(graph, fake.mesh, routing, policies, enforcement, views, outbound, plans);
  const listener = (name: string, view: Partial<View> = {}): Listener => {
    const built = listeners.explain(fakeView(view), name);
    if (!built) throw new Error(`no ${name}, only ${names(listeners.resources(fakeView(view)))}`);
    return built.message as Listener;
  };
  return { graph, ...fake, listeners, listener };
}

export const entries = (layers: Layers<Entry>): Entry[] => [...entriesIn(layers)].map(([, entry]) => entry);
export const names = (layers: Layers<Entry>): string[] =>
  entries(layers)
    .map(({ name }) => name)
    .sort();
export const port = (number: number, protocol: ServicePort['protocol']): ServicePort => ({
  number,
  name: `p${number}`,
  protocol,
});
export const withPort = (
  name: string,
  protocol: ServicePort['protocol'],
  over: Partial<Service> = {},
  number = 80,
): Service => fakeService(name, { ports: [port(number, protocol)], ...over });

/** What a chain ends in: `http:<route>` or `tcp:<cluster>`. */
export function endOf(chain: FilterChain | undefined): string | undefined {
  const filter = chain?.filters?.at(-1);
  if (!filter?.typedConfig) return undefined;
  const config = filter.typedConfig as {
    rds?: { routeConfigName: string };
    routeConfig?: { name: string };
    cluster?: string;
  };
  return filter.name === HCM
    ? `http:${config.rds?.routeConfigName ?? config.routeConfig?.name}`
    : `tcp:${config.cluster}`;
}
export const ends = ({ filterChains = [], defaultFilterChain }: Listener) => ({
  chains: filterChains.map(endOf),
  otherwise: endOf(defaultFilterChain),
});
