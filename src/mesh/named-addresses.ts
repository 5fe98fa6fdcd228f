import type { Graph } from '../graph/index.ts';
import type { Tables } from '../store/index.ts';

export interface NamedAddresses {
  readonly isNamed: (address: string) => boolean;
  /** EndpointSlices, Endpoints and ServiceEntries that name an address, by their keys in their tables. */
  readonly slices: (address: string) => readonly string[];
  readonly endpoints: (address: string) => readonly string[];
  readonly entries: (address: string) => readonly string[];
}

/**
 * Addresses written by hand. Those that a controller listed for a pod (`targetRef`) do not count: the pod's labels say
 * the same, and all replicas have them in common.
 */
export function createNamedAddresses(graph: Graph, store: Tables): NamedAddresses {
  const slices = store.endpointSlices.index('byAddress', (slice) =>
    (slice.endpoints ?? []).filter(({ targetRef }) => targetRef?.kind !== 'Pod').flatMap(({ addresses }) => addresses),
  );
  const endpoints = store.endpoints.index('byAddress', ({ subsets = [] }) =>
    subsets
      .flatMap(({ addresses = [], notReadyAddresses = [] }) => [...addresses, ...notReadyAddresses])
      .filter(({ targetRef }) => targetRef?.kind !== 'Pod')
      .map(({ ip }) => ip),
  );
  const entries = store.serviceEntries.index('byAddress', ({ spec }) =>
    (spec.endpoints ?? []).flatMap(({ address }) => address ?? []),
  );
  const isNamed = graph.query('mesh.isNamedAddress', (address) =>
    [slices, endpoints, entries].some((naming) => naming(address).length > 0),
  );
  return { isNamed, slices, endpoints, entries };
}
