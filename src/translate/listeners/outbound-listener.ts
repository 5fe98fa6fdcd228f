import type { PathNormalization } from '../../mesh/index.ts';
import type { FilterChain, FilterChainMatch, Listener } from '../../proto/index.ts';
import { NOTHING_ENFORCED } from '../enforced.ts';
import { listenerName, statPrefix } from '../names.ts';
import { socketAddress } from '../values.ts';
import { httpInspector, TLS_INSPECTOR } from './listener-filters.ts';
import { httpConnectionManager, tcpProxy } from './network-filters.ts';
import type { OutboundPlan } from './outbound-plan.ts';
import { buildTcpChain } from './tcp-chain.ts';
import { ANY_ADDRESS } from './wanted.ts';

export interface OutboundListener {
  readonly plan: Omit<OutboundPlan, 'origins'>;
  /** Binds its address. Else virtualOutbound hands it connections by their original destination. */
  readonly bindToPort: boolean;
  /** Where connections go that no chain matches. */
  readonly otherwise: string;
  readonly pathNormalization: PathNormalization;
}

/** Plain text whose first bytes are HTTP. */
export const DETECTED_HTTP: FilterChainMatch = {
  transportProtocol: 'raw_buffer',
  applicationProtocols: ['http/1.1', 'h2c'],
};

/** https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/listener/v3/listener.proto */
export function buildOutboundListener({ plan, bindToPort, otherwise, pathNormalization }: OutboundListener): Listener {
  const { bind, port, route, tcp, routesAsk } = plan;
  const name = listenerName(bind, port);
  // On 0.0.0.0 arrives what nobody described as well, so HTTP is looked for even where only HTTP is expected.
  const detects = route !== undefined && (tcp.length > 0 || bind === ANY_ADDRESS);
  const chains = [
    ...tcp.map((chain) => buildTcpChain(chain)),
    ...(route === undefined ? [] : [buildHttpChain(name, { route, detects, pathNormalization, routesAsk })]),
  ];
  const readsServerName = tcp.some(({ serverNames }) => serverNames.length > 0);
  return {
    name,
    address: socketAddress(bind, port),
    bindToPort: bindToPort ? undefined : false,
    trafficDirection: 'OUTBOUND',
    ...withDefault(chains, otherwise),
    // Envoy adds a TLS inspector by itself where application protocols are matched, and complains.
    listenerFilters: [...(detects || readsServerName ? [TLS_INSPECTOR] : []), ...(detects ? [httpInspector()] : [])],
    listenerFiltersTimeout: '0s',
    continueOnListenerFiltersTimeout: true,
  };
}

/** The chain that takes everything is the default, for connections that matched another chain by half. */
function withDefault(chains: readonly FilterChain[], otherwise: string): Partial<Listener> {
  const matchesAll = chains.find(({ filterChainMatch }) => !filterChainMatch);
  const filterChains = chains.filter((chain) => chain !== matchesAll);
  if (matchesAll) {
    return filterChains.length === 0
      ? { filterChains: [matchesAll] }
      : { filterChains, defaultFilterChain: matchesAll };
  }
  return { filterChains, defaultFilterChain: { name: 'PassthroughFilterChain', filters: [tcpProxy(otherwise)] } };
}

interface HttpPart {
  readonly route: string;
  readonly detects: boolean;
  readonly pathNormalization: PathNormalization;
  readonly routesAsk: boolean | undefined;
}

function buildHttpChain(
  listener: string,
  { route, detects, pathNormalization, routesAsk = false }: HttpPart,
): FilterChain {
  const manager = httpConnectionManager({
    kind: 'sidecar-outbound',
    statPrefix: statPrefix(`outbound_${listener}`),
    routes: route,
    enforced: { ...NOTHING_ENFORCED, pathNormalization },
    routesAsk,
  });
  return { filterChainMatch: detects ? DETECTED_HTTP : undefined, filters: [manager] };
}
