import type { KubePod, Labels } from '../api/index.ts';
import type { Graph } from '../graph/index.ts';
import type { Mesh } from '../mesh/index.ts';
import { podAddresses } from '../mesh/pod.ts';
import { workloadEntryLabels } from '../mesh/workload.ts';
import type { Tables } from '../store/index.ts';

/** A workload of which the sources told: a Pod or a WorkloadEntry. */
export interface KnownWorkload {
  readonly labels: Labels;
  readonly addresses: readonly string[];
  readonly pod: KubePod | undefined;
}

/** Who lives where, for those who look whether a policy means somebody. */
export interface Workloads {
  readonly of: (namespace: string) => readonly KnownWorkload[];
  /** Ports on which somebody may listen: those that services lead to, and those that containers name. */
  readonly portsOf: (namespace: string, workload: KnownWorkload) => ReadonlySet<number>;
}

export function createWorkloads(graph: Graph, store: Tables, mesh: Mesh): Workloads {
  const podsByNamespace = store.pods.index('byNamespace', ({ metadata }) => [metadata.namespace]);
  const entriesByNamespace = store.workloadEntries.index('byNamespace', ({ metadata }) => [metadata.namespace]);

  const of = graph.query('policy.workloads', (namespace): readonly KnownWorkload[] => [
    ...podsByNamespace(namespace).map((row) => {
      const pod = store.pods.get(row)!;
      return { labels: pod.metadata.labels, addresses: podAddresses(pod), pod };
    }),
    ...entriesByNamespace(namespace).map((row) => {
      const entry = store.workloadEntries.get(row)!;
      return { labels: workloadEntryLabels(entry), addresses: [entry.spec.address ?? ''], pod: undefined };
    }),
  ]);
  const portsOf = (namespace: string, { labels, addresses, pod }: KnownWorkload): ReadonlySet<number> => {
    const served = mesh.inboundPorts(namespace, labels, addresses).map(({ targetPort }) => targetPort);
    const named = (pod?.spec?.containers ?? []).flatMap(({ ports = [] }) =>
      ports.map(({ containerPort }) => containerPort),
    );
    return new Set([...served, ...named]);
  };
  return { of, portsOf };
}
