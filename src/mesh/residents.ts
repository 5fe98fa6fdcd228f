import type { KubePod } from '../api/index.ts';
import type { Graph, Query } from '../graph/index.ts';
import type { Tables } from '../store/index.ts';
import type { Locality } from './endpoint.ts';
import { type Resident, stranger } from './kubernetes-endpoints.ts';
import { NOWHERE, nodeLocality } from './locality.ts';
import { podAddresses } from './pod.ts';
import { podWorkload } from './workload.ts';

export interface Residents {
  /** Who stands behind an address that a slice lists. */
  readonly at: (namespace: string) => Resident;
  /** The Pod of an address. */
  readonly podAt: (namespace: string, address: string) => KubePod | undefined;
  /** Where a pod's Node stands. */
  readonly localityOf: (pod: KubePod) => Locality;
}

/** Addresses and the pods behind them. */
export function createResidents(graph: Graph, store: Tables): Residents {
  const podsByAddress = store.pods.index('byAddress', (pod) =>
    podAddresses(pod).map((address) => `${pod.metadata.namespace}|${address}`),
  );
  const podsByNamespace = store.pods.index('byNamespace', ({ metadata }) => [metadata.namespace]);
  // Where slices are written by hand there are often no pods at all; then no address needs a cell here.
  const hasPods = graph.query('mesh.hasPods', (namespace) => podsByNamespace(namespace).length > 0);
  // A Node says something new of its health all the time, and almost never of its place.
  const nodeLocalityOf: Query<Locality> = graph.query('mesh.nodeLocality', (name) => {
    const node = store.nodes.get(name);
    return node ? nodeLocality(node.metadata.labels) : NOWHERE;
  });
  const localityAt = (node: string | undefined): Locality => (node ? nodeLocalityOf(node) : NOWHERE);
  const localityOf = (pod: KubePod): Locality => localityAt(pod.spec?.nodeName);

  const podAt = (namespace: string, address: string): KubePod | undefined => {
    const key = hasPods(namespace) ? podsByAddress(`${namespace}|${address}`)[0] : undefined;
    return key === undefined ? undefined : store.pods.get(key);
  };
  const at =
    (namespace: string): Resident =>
    (address, podKey, node, zone) => {
      const pod = podKey === undefined ? podAt(namespace, address) : store.pods.get(podKey);
      const locality = localityAt(node ?? pod?.spec?.nodeName);
      return pod ? podWorkload(pod, locality) : stranger(podKey, locality, zone);
    };
  return { at, podAt, localityOf };
}
