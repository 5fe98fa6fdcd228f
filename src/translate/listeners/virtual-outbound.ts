import type { Listener } from '../../proto/index.ts';
import { BLACK_HOLE_CLUSTER, VIRTUAL_OUTBOUND_LISTENER } from '../names.ts';
import { socketAddress } from '../values.ts';
import { tcpProxy } from './network-filters.ts';
import { ANY_ADDRESS } from './wanted.ts';

/** Where Istio's iptables turn every connection that the application opens. */
const PORT = 15001;

/** Hands each connection to the listener of its original destination, and keeps those that have none. */
export function buildVirtualOutbound(otherwise: string, tproxy: boolean): Listener {
  return {
    name: VIRTUAL_OUTBOUND_LISTENER,
    address: socketAddress(ANY_ADDRESS, PORT),
    useOriginalDst: true,
    transparent: tproxy ? true : undefined,
    trafficDirection: 'OUTBOUND',
    filterChains: [
      {
        name: 'virtualOutbound-blackhole',
        // A call of the port itself would be passed through to the port itself, for ever.
        filterChainMatch: { destinationPort: PORT },
        filters: [tcpProxy(BLACK_HOLE_CLUSTER)],
      },
      { name: 'virtualOutbound-catchall-tcp', filters: [tcpProxy(otherwise)] },
    ],
  };
}
