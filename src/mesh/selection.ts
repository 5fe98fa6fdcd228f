import type { KubePod, Labels, WorkloadEntry } from '../api/index.ts';
import type { Tables } from '../store/index.ts';
import { groupToSearch, labelGroups, selects } from './labels.ts';
import { workloadEntryLabels } from './workload.ts';

export interface Selection {
  /** The Pods of a namespace that a selector selects, by name. */
  readonly pods: (namespace: string, selector: Labels) => readonly KubePod[];
  /** The WorkloadEntries of a namespace that a selector selects, by name. */
  readonly workloadEntries: (namespace: string, selector: Labels) => readonly WorkloadEntry[];
}

/** Who a selector selects. Reads only what has the selector's first label. */
export function createSelection(store: Tables): Selection {
  const podsByLabel = store.pods.index('byLabel', ({ metadata }) => labelGroups(metadata.namespace, metadata.labels));
  const entriesByNamespace = store.workloadEntries.index('byNamespace', ({ metadata }) => [metadata.namespace]);

  const pods = (namespace: string, selector: Labels): readonly KubePod[] => {
    const group = groupToSearch(namespace, selector);
    const found = group === undefined ? [] : podsByLabel(group).map((key) => store.pods.get(key)!);
    return found.filter((pod) => selects(selector, pod.metadata.labels));
  };
  // By namespace, not by label: most namespaces have no WorkloadEntry, and then no service of them needs a cell here.
  const workloadEntries = (namespace: string, selector: Labels): readonly WorkloadEntry[] => {
    const found = entriesByNamespace(namespace).map((key) => store.workloadEntries.get(key)!);
    return found.filter((entry) => selects(selector, workloadEntryLabels(entry)));
  };
  return { pods, workloadEntries };
}
