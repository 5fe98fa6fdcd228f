import type { InboundPort, Labels, Mesh } from '../mesh/index.ts';
import type { View } from '../view/index.ts';

/** Everything of a view that decides what it serves. */
export interface InboundScope {
  readonly namespace: string;
  readonly labels: Labels;
  readonly addresses: readonly string[];
  readonly interception: View['interception'];
}

/** What workloads serve: asked by clusters and listeners alike, so that they agree. */
export interface Inbound {
  readonly ports: (scope: InboundScope) => readonly InboundPort[];
}

/** As a key. Views that differ only in locality or protocol serve the same. */
export function inboundScopeOf({ namespace, labels, addresses, interception }: View): string {
  return JSON.stringify({ namespace, labels, addresses, interception } satisfies InboundScope);
}

export function createInbound(mesh: Mesh): Inbound {
  return {
    ports: ({ namespace, labels, addresses, interception }) =>
      // Without interception the proxy must bind an address that the application does not have.
      interception === 'none' && addresses.length === 0 ? [] : mesh.inboundPorts(namespace, labels, addresses),
  };
}
