import type { Labels } from '../../api/index.ts';
import type { Graph } from '../../graph/index.ts';
import type { GatewayHost, Routing } from '../routing.ts';
import { gatewayOf } from './connection-routes.ts';
import type { GatewayApi, Listener, ListenerId } from './gateway-api.ts';
import { type HostListener, hostsOfListener, hostsOfPort } from './hosts.ts';
import { isTls } from './listener-isolation.ts';
import { sharedHosts } from './shared-hosts.ts';

/** Which hosts the listeners of a proxy have, and which routes hold for each. Does not wake when rules change. */
export function createGatewayHosts(graph: Graph, api: GatewayApi): Pick<Routing, 'gatewayHosts' | 'serverHosts'> {
  const hostListener = (listener: Listener): HostListener => {
    const { id, gateway, hostname = '*', holder, path, programmed } = listener;
    const as = api.gateway(gateway)?.clientCertificate === undefined ? undefined : gateway;
    return { hostname, holder, path, attached: programmed.ok ? api.attached(id) : [], as };
  };

  const plainAt = (gateway: string, port: number, bind: string | null): readonly Listener[] => {
    const state = api.gateway(gateway);
    if (!state?.accepted.ok) return [];
    return state.binds.includes(bind ?? 'every')
      ? api.listeners(gateway).filter((one) => one.protocol === 'HTTP' && one.port === port)
      : [];
  };
  const hostsAt = graph.query('gatewayApi.gatewayHosts', (key): readonly GatewayHost[] => {
    const [namespace, labels, port, bind] = JSON.parse(key) as [string, Labels, number, string | null];
    const listeners = api.servedBy(namespace, labels).flatMap((gateway) => plainAt(gateway, port, bind));
    // Of a port that none of them opens nothing is said.
    return listeners.some(({ programmed }) => programmed.ok)
      ? sharedHosts(hostsOfPort(listeners.map(hostListener)))
      : [];
  });

  const hostsOf = graph.query('gatewayApi.serverHosts', (id: ListenerId): readonly GatewayHost[] => {
    const all = api.listeners(gatewayOf(id));
    const own = all.find((listener) => listener.id === id);
    if (!own) return [];
    const others = all.filter((one) => one !== own && one.port === own.port && isTls(one));
    const theirs = others.map(({ hostname = '*', holder, path }) => ({ hostname, holder, path }));
    return sharedHosts(hostsOfListener(hostListener(own), theirs));
  });

  return {
    gatewayHosts: (namespace, labels, port, bind) =>
      hostsAt(JSON.stringify([namespace, sortedBy(labels), port, bind ?? null])),
    serverHosts: (_namespace, { listener }) => (listener === undefined ? [] : hostsOf(listener)),
  };
}

function sortedBy(labels: Labels): Labels {
  return Object.fromEntries(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
}
