import { forStrangers } from '../../policy/index.ts';
import type { Filter, FilterChain, Listener } from '../../proto/index.ts';
import { type Enforced, NOTHING_ENFORCED } from '../enforced.ts';
import type { GatewayPort } from '../gateway-plan.ts';
import { statPrefix } from '../names.ts';
import { buildServerTls, type GatewayTlsDefaults, gatewayServerTls } from '../tls/index.ts';
import { socketAddress } from '../values.ts';
import type { GatewayChain, TlsHere } from './gateway-chain.ts';
import { TLS_INSPECTOR } from './listener-filters.ts';
import { httpConnectionManager } from './network-filters.ts';
import { buildTcpChain } from './tcp-chain.ts';
import { ANY_ADDRESS } from './wanted.ts';

/**
 * A port of a router. All plain HTTP servers on it share a chain, and their hosts the route; each server that ends TLS has
 * chains of its own, found by the server name of the handshake.
 */
export function buildGatewayListener(
  { name, port, bind, chains }: Pick<GatewayPort, 'name' | 'port' | 'bind' | 'chains'>,
  enforced: Enforced,
  defaults: GatewayTlsDefaults,
): Listener {
  const looksIntoTls = chains.some((chain) => chain.serverNames.length > 0 || chain.end !== undefined);
  return {
    name,
    address: socketAddress(bind ?? ANY_ADDRESS, port),
    trafficDirection: 'OUTBOUND',
    listenerFilters: looksIntoTls ? [TLS_INSPECTOR] : undefined,
    filterChains: chains.map((chain) => buildChain(name, chain, enforced, defaults)),
    continueOnListenerFiltersTimeout: true,
  };
}

function buildChain(
  listener: string,
  chain: GatewayChain,
  enforced: Enforced,
  defaults: GatewayTlsDefaults,
): FilterChain {
  const { end } = chain;
  const from = end && (end.secrets === 'none' ? undefined : end.secrets);
  const transportSocket = end && buildServerTls(gatewayServerTls(end.tls, from, chain.kind === 'http', defaults));
  const here = acceptsUntrusted(end) ? { ...enforced, authorization: forStrangers(enforced.authorization) } : enforced;
  if (chain.kind === 'tcp') {
    return { ...buildTcpChain(chain, chain.unguarded ? NOTHING_ENFORCED : here), transportSocket };
  }
  return {
    filterChainMatch: chain.serverNames.length > 0 ? { serverNames: chain.serverNames } : undefined,
    filters: [httpFilter(listener, chain, here)],
    transportSocket,
    transportSocketConnectTimeout: '15s',
  };
}

function httpFilter(
  listener: string,
  { route, name, routesAsk, end }: Extract<GatewayChain, { readonly kind: 'http' }>,
  enforced: Enforced,
): Filter {
  return httpConnectionManager({
    kind: 'router',
    statPrefix: statPrefix(name ?? `outbound_${listener}`),
    routes: route,
    enforced,
    ...(routesAsk && { routesAsk }),
    ...(acceptsUntrusted(end) && { clientsUnproven: true }),
  });
}

/** Envoy tells nobody after the handshake whether a certificate was good. */
function acceptsUntrusted(end: TlsHere | undefined): boolean {
  return end?.tls.mode === 'certificates' && end.tls.acceptsUntrusted === true;
}
