import type { Graph } from '../../graph/index.ts';
import { type Shares, sharesOf } from '../../lib/shares.ts';
import type { InboundPort, Mesh } from '../../mesh/index.ts';
import { type Entry, encode, type Listener } from '../../proto/index.ts';
import type { View } from '../../view/index.ts';
import { type Inbound, type InboundScope, inboundScopeOf } from '../inbound.ts';
import type { Built } from '../translator.ts';
import { buildHttpProxy } from './http-proxy.ts';
import type { Served } from './inbound-chains.ts';
import { buildInboundListener, buildVirtualInbound } from './virtual-inbound.ts';
import { buildVirtualOutbound } from './virtual-outbound.ts';
import { LOCALHOST } from './wanted.ts';

export interface OwnListeners {
  readonly layer: (view: View) => Shares<Entry>;
  readonly build: (view: View, name: string) => Built<Listener> | undefined;
  /** Ports of 127.0.0.1 that are not free for outbound listeners: the application's, and the http proxy's. */
  readonly takenPorts: (view: View) => readonly number[];
}

/** One listener as its builder's arguments, so that it can be a key. */
type Own =
  | { readonly kind: 'virtual-outbound'; readonly tproxy: boolean; readonly otherwise: string }
  | { readonly kind: 'virtual-inbound'; readonly tproxy: boolean; readonly ports: readonly InboundPort[] }
  | { readonly kind: 'inbound'; readonly port: InboundPort; readonly addresses: readonly [string, ...string[]] }
  | { readonly kind: 'http-proxy'; readonly port: number };

/** Listeners that belong to one workload: what comes to it, and what its iptables turn. */
export function createOwnListeners(graph: Graph, mesh: Mesh, inbound: Inbound, otherwise: () => string): OwnListeners {
  const build = (own: Own): Built<Listener> => {
    switch (own.kind) {
      case 'virtual-outbound':
        return { message: buildVirtualOutbound(own.otherwise, own.tproxy), decided: [] };
      case 'http-proxy':
        return { message: buildHttpProxy(own.port), decided: [] };
      case 'virtual-inbound': {
        const served = servedBy(mesh, own.ports);
        return { message: buildVirtualInbound(served, own.tproxy), decided: decidedBy(served) };
      }
      case 'inbound': {
        const served = servedBy(mesh, [own.port]);
        if (!served[0]) throw new Error(`port ${own.port.targetPort} is served by no service: the mesh promised one`);
        return { message: buildInboundListener(served[0], own.addresses), decided: decidedBy(served) };
      }
    }
  };
  const entry = graph.query('listener.own', (key) => encode('lds', build(JSON.parse(key) as Own).message));
  const ownOf = (view: View): readonly Own[] => {
    const scope = JSON.parse(inboundScopeOf(view)) as InboundScope;
    const httpProxy: readonly Own[] = view.httpProxyPort > 0 ? [{ kind: 'http-proxy', port: view.httpProxyPort }] : [];
    return [...httpProxy, ...arriving(scope, inbound.ports(scope), otherwise)];
  };
  const layer = graph.query('listeners.own', (key) => {
    const entries = ownOf(JSON.parse(key) as View).map((own) => entry(JSON.stringify(own)));
    return sharesOf(entries.map((one) => [one.name, one] as const));
  });
  return {
    layer: (view) => layer(keyOf(view)),
    build: (view, name) =>
      ownOf(view)
        .map(build)
        .find(({ message }) => message.name === name),
    takenPorts: (view) => {
      const ports = inbound.ports(JSON.parse(inboundScopeOf(view)) as InboundScope).map(({ targetPort }) => targetPort);
      return view.httpProxyPort > 0 ? [...ports, view.httpProxyPort] : ports;
    },
  };
}

function arriving(
  { interception, addresses }: InboundScope,
  ports: readonly InboundPort[],
  otherwise: () => string,
): readonly Own[] {
  if (interception === 'none') {
    // On 127.0.0.1 the application itself listens, and the proxy calls it there.
    const [first, ...others] = addresses.filter((address) => address !== LOCALHOST);
    return first === undefined ? [] : ports.map((port) => ({ kind: 'inbound', port, addresses: [first, ...others] }));
  }
  const tproxy = interception === 'tproxy';
  return [
    { kind: 'virtual-outbound', tproxy, otherwise: otherwise() },
    { kind: 'virtual-inbound', tproxy, ports },
  ];
}

/** What of a view decides its own listeners. */
function keyOf({ namespace, labels, addresses, interception, httpProxyPort }: View): string {
  return JSON.stringify({ namespace, labels, addresses, interception, httpProxyPort });
}

function servedBy(mesh: Mesh, ports: readonly InboundPort[]): readonly Served[] {
  return ports.flatMap((port) => {
    const service = port.services[0] && mesh.service(port.services[0].id);
    return service ? [{ port, service }] : [];
  });
}

function decidedBy(served: readonly Served[]): Built['decided'] {
  return served.map(({ service }) => ({ path: '', origin: service.origin }));
}
