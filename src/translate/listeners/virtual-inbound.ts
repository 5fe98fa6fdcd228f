import type { FilterChain, Listener, ListenerFilter, TransportSocket } from '../../proto/index.ts';
import { VIRTUAL_INBOUND_LISTENER } from '../names.ts';
import { socketAddress } from '../values.ts';
import { buildInboundChains, type Guard, type Served } from './inbound-chains.ts';
import { httpInspector, ORIGINAL_DESTINATION, ORIGINAL_SOURCE, type Ports, tlsInspector } from './listener-filters.ts';
import { buildPassthroughChains, VIRTUAL_INBOUND_PORT } from './passthrough-chains.ts';
import { ANY_ADDRESS } from './wanted.ts';

export interface VirtualInbound {
  readonly served: readonly Served[];
  /** Of connections to ports that no service has. */
  readonly rest: Guard;
  /** Those of these ports of which some policy speaks. */
  readonly restAt: readonly (Guard & { readonly port: number })[];
  readonly tproxy: boolean;
  readonly tls: TransportSocket | undefined;
}

/** Chains for what no service has come first, as Istio has them: such connections go to the application as they are. */
export function buildVirtualInbound(of: VirtualInbound): Listener {
  const { served, rest, restAt, tproxy, tls } = of;
  return {
    name: VIRTUAL_INBOUND_LISTENER,
    address: socketAddress(ANY_ADDRESS, VIRTUAL_INBOUND_PORT),
    transparent: tproxy ? true : undefined,
    trafficDirection: 'INBOUND',
    filterChains: [
      ...buildPassthroughChains(rest, restAt, tls),
      ...served.flatMap((port) => buildInboundChains(port, ANY_ADDRESS, tls)),
    ],
    listenerFilters: [ORIGINAL_DESTINATION, ...(tproxy ? [ORIGINAL_SOURCE] : []), ...inspectors(of)],
    ...INBOUND,
  };
}

/** A listener of its own for a port, where no iptables bring connections. */
export function buildInboundListener(
  served: Served,
  addresses: readonly [string, ...string[]],
  tls: TransportSocket | undefined,
): Listener {
  const [bind, ...others] = addresses;
  const chains: readonly FilterChain[] = buildInboundChains(served, bind, tls);
  return {
    name: chains[0]!.name,
    address: socketAddress(bind, served.port.targetPort),
    additionalAddresses: others.map((address) => ({
      address: socketAddress(address, served.port.targetPort),
    })),
    trafficDirection: 'INBOUND',
    filterChains: chains,
    listenerFilters: [
      ...(looksForTls(served) ? [tlsInspector({ except: [] })] : []),
      ...(looksForHttp(served) ? [httpInspector()] : []),
    ],
    ...INBOUND,
  };
}

function inspectors({ served, rest, restAt }: VirtualInbound): readonly ListenerFilter[] {
  const ports = [...served.map((one) => ({ ...one, port: one.port.targetPort })), ...restAt];
  const numbers = (some: readonly { readonly port: number }[]) => some.map(({ port }) => port).sort((a, b) => a - b);
  const tls: Ports = looksForTls(rest)
    ? { except: numbers(ports.filter((one) => !looksForTls(one))) }
    : { only: numbers(ports.filter(looksForTls)) };
  const known = served.filter((one) => !looksForHttp(one)).map(({ port }) => ({ port: port.targetPort }));
  return [
    ...('only' in tls && tls.only.length === 0 ? [] : [tlsInspector(tls)]),
    httpInspector({ except: numbers([...known, { port: VIRTUAL_INBOUND_PORT }]) }),
  ];
}

function looksForTls({ takes }: Guard): boolean {
  return takes === 'both' || takes === 'mtls';
}

function looksForHttp({ takes, port }: Served): boolean {
  return port.protocol === 'auto' && (takes === 'both' || takes === 'plain');
}

const INBOUND: Listener = {
  listenerFiltersTimeout: '0s',
  continueOnListenerFiltersTimeout: true,
  // Else one worker takes a burst of connections alone.
  maxConnectionsToAcceptPerSocketEvent: 1,
};
