import type { FilterChain, Listener, RouteConfiguration } from '../../proto/index.ts';
import {
  BLACK_HOLE_CLUSTER,
  INBOUND_PASSTHROUGH_CLUSTER,
  inboundVirtualHostName,
  statPrefix,
  VIRTUAL_INBOUND_LISTENER,
} from '../names.ts';
import { socketAddress } from '../values.ts';
import { buildInboundChains, type Served } from './inbound-chains.ts';
import { httpInspector, ORIGINAL_DESTINATION, ORIGINAL_SOURCE } from './listener-filters.ts';
import { httpConnectionManager, tcpProxy } from './network-filters.ts';
import { DETECTED_HTTP } from './outbound-listener.ts';
import { ANY_ADDRESS } from './wanted.ts';

/** Where Istio's iptables turn every connection that comes to the workload. */
const PORT = 15006;

/** Chains of the ports that services have come first; what else arrives goes to the application as it is. */
export function buildVirtualInbound(served: readonly Served[], tproxy: boolean): Listener {
  const knownPorts = served.filter(({ port }) => port.protocol !== 'auto').map(({ port }) => port.targetPort);
  return {
    name: VIRTUAL_INBOUND_LISTENER,
    address: socketAddress(ANY_ADDRESS, PORT),
    transparent: tproxy ? true : undefined,
    trafficDirection: 'INBOUND',
    filterChains: [...PASSTHROUGH_CHAINS, ...served.flatMap((port) => buildInboundChains(port, ANY_ADDRESS))],
    listenerFilters: [
      ORIGINAL_DESTINATION,
      ...(tproxy ? [ORIGINAL_SOURCE] : []),
      httpInspector([...knownPorts, PORT].sort((a, b) => a - b)),
    ],
    ...INBOUND,
  };
}

/** A listener of its own for a port, where no iptables bring connections. */
export function buildInboundListener(served: Served, addresses: readonly [string, ...string[]]): Listener {
  const [bind, ...others] = addresses;
  const { targetPort, protocol } = served.port;
  const chains = buildInboundChains(served, bind);
  return {
    name: chains[0]!.name,
    address: socketAddress(bind, targetPort),
    additionalAddresses: others.map((address) => ({ address: socketAddress(address, targetPort) })),
    trafficDirection: 'INBOUND',
    filterChains: chains,
    listenerFilters: protocol === 'auto' ? [httpInspector()] : [],
    ...INBOUND,
  };
}

const INBOUND: Listener = {
  listenerFiltersTimeout: '0s',
  continueOnListenerFiltersTimeout: true,
  // Else one worker takes a burst of connections alone.
  maxConnectionsToAcceptPerSocketEvent: 1,
};

const PASSTHROUGH_ROUTES: RouteConfiguration = {
  name: INBOUND_PASSTHROUGH_CLUSTER,
  validateClusters: false,
  virtualHosts: [
    {
      name: inboundVirtualHostName(0),
      domains: ['*'],
      routes: [
        {
          name: 'default',
          match: { prefix: '/' },
          decorator: { operation: ':0/*' },
          route: {
            cluster: INBOUND_PASSTHROUGH_CLUSTER,
            timeout: '0s',
            maxStreamDuration: { maxStreamDuration: '0s', grpcTimeoutHeaderMax: '0s' },
          },
        },
      ],
    },
  ],
};

const PASSTHROUGH_CHAINS: readonly FilterChain[] = [
  {
    name: 'virtualInbound-blackhole',
    // A call of the port itself would be passed through to the port itself, for ever.
    filterChainMatch: { destinationPort: PORT },
    filters: [tcpProxy(BLACK_HOLE_CLUSTER)],
  },
  {
    name: 'virtualInbound-catchall-http',
    filterChainMatch: DETECTED_HTTP,
    filters: [
      httpConnectionManager({
        kind: 'sidecar-inbound',
        statPrefix: statPrefix(INBOUND_PASSTHROUGH_CLUSTER),
        routes: PASSTHROUGH_ROUTES,
      }),
    ],
  },
  {
    name: VIRTUAL_INBOUND_LISTENER,
    filterChainMatch: { transportProtocol: 'raw_buffer' },
    filters: [tcpProxy(INBOUND_PASSTHROUGH_CLUSTER)],
  },
];
