import { hostMatches } from '../../mesh/index.ts';
import { sniClusterName } from '../names.ts';
import { hostOf, type Outbound, type OutboundSpec } from '../outbound.ts';
import type { GatewayChain } from './gateway-chain.ts';

/** Every port and subset of every service in the mesh that servers of these names are for. */
export function autoPassthroughSpecs(
  names: readonly string[],
  namespace: string,
  outbound: Outbound,
): readonly OutboundSpec[] {
  const scope = `router/${namespace}`;
  const hosts = outbound.hosts(scope).filter((host) => names.some((name) => hostMatches(name, host)));
  const inMesh = hosts.filter((host) => outbound.serviceOf(scope, host)?.external === false);
  return inMesh.flatMap((host) => outbound.clusters(scope, host));
}

/** Clients say by the server name of their mTLS which of them they mean; nobody here ends it. */
export function autoPassthroughChains(specs: readonly OutboundSpec[]): readonly GatewayChain[] {
  return specs.map(({ name, port, subset }): GatewayChain => {
    const cluster = sniClusterName(port, subset, hostOf(name));
    return { kind: 'tcp', serverNames: [cluster], prefixes: [], sources: [], to: { cluster }, unguarded: true };
  });
}
