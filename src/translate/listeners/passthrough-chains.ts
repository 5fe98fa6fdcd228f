import type { Filter, FilterChain, RouteConfiguration, TransportSocket } from '../../proto/index.ts';
import {
  BLACK_HOLE_CLUSTER,
  INBOUND_PASSTHROUGH_CLUSTER,
  inboundVirtualHostName,
  statPrefix,
  VIRTUAL_INBOUND_LISTENER,
} from '../names.ts';
import type { Guard } from './inbound-chains.ts';
import { type InboundMatch, inboundMatches } from './inbound-matches.ts';
import { guardedTcpProxy, httpConnectionManager, tcpProxy } from './network-filters.ts';

/** Where Istio's iptables turn every connection that comes to the workload. */
export const VIRTUAL_INBOUND_PORT = 15006;

/** What no service has goes to the application as it is: at any port, and at those for which policies say something else. */
export function buildPassthroughChains(
  rest: Guard,
  restAt: readonly (Guard & { readonly port: number })[],
  tls: TransportSocket | undefined,
): readonly FilterChain[] {
  const chains = (guard: Guard, destinationPort?: number): readonly FilterChain[] =>
    inboundMatches('auto', guard.takes, []).map(({ match, as, isMtls }) => ({
      name: as === 'http' ? 'virtualInbound-catchall-http' : VIRTUAL_INBOUND_LISTENER,
      filterChainMatch: destinationPort === undefined ? match : { destinationPort, ...match },
      filters: filtersOf(guard, as),
      transportSocket: isMtls ? tls : undefined,
    }));
  return [BLACK_HOLE_CHAIN, ...chains(rest), ...restAt.flatMap((guard) => chains(guard, guard.port))];
}

function filtersOf({ enforced }: Guard, as: InboundMatch['as']): readonly Filter[] {
  switch (as) {
    case 'http':
      return [
        httpConnectionManager({
          kind: 'sidecar-inbound',
          statPrefix: statPrefix(INBOUND_PASSTHROUGH_CLUSTER),
          routes: PASSTHROUGH_ROUTES,
          enforced,
        }),
      ];
    case 'tcp':
      return guardedTcpProxy(INBOUND_PASSTHROUGH_CLUSTER, enforced);
    case 'nothing':
      return [tcpProxy(BLACK_HOLE_CLUSTER)];
  }
}

const BLACK_HOLE_CHAIN: FilterChain = {
  name: 'virtualInbound-blackhole',
  // A call of the port itself would be passed through to the port itself, for ever.
  filterChainMatch: { destinationPort: VIRTUAL_INBOUND_PORT },
  filters: [tcpProxy(BLACK_HOLE_CLUSTER)],
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
