import type { Labels } from '../api/index.ts';
import type { Graph, Query } from '../graph/index.ts';
import type { Tables } from '../store/index.ts';
import { isExternalName } from './from-kubernetes-service.ts';

/** An object of a namespace, by its key in its table, and whom it selects there. */
export interface Selector {
  readonly key: string;
  readonly labels: Labels;
}

export interface Selectors {
  /** Of Kubernetes Services, by namespace. */
  readonly services: Query<readonly Selector[]>;
  /** Of ServiceEntries, by namespace. */
  readonly entries: Query<readonly Selector[]>;
  /** Every label key that one of them looks at, sorted. */
  readonly keys: () => readonly string[];
}

export function createSelectors(graph: Graph, store: Tables): Selectors {
  const servicesByNamespace = store.services.index('byNamespace', ({ metadata }) => [metadata.namespace]);
  const entriesByNamespace = store.serviceEntries.index('byNamespace', ({ metadata }) => [metadata.namespace]);

  const services = graph.query('mesh.serviceSelectors', (namespace): readonly Selector[] =>
    servicesByNamespace(namespace).flatMap((key) => {
      const service = store.services.get(key)!;
      return isExternalName(service) ? [] : selector(key, service.spec.selector);
    }),
  );
  const entries = graph.query('mesh.entrySelectors', (namespace): readonly Selector[] =>
    entriesByNamespace(namespace).flatMap((key) =>
      selector(key, store.serviceEntries.get(key)!.spec.workloadSelector?.labels),
    ),
  );

  const namespaces = graph.query('mesh.namespaces', () =>
    unique([...store.services.keys(), ...store.serviceEntries.keys()].map((key) => key.slice(0, key.indexOf('/')))),
  );
  const keysIn = graph.query('mesh.selectorKeysIn', (namespace) =>
    unique([...services(namespace), ...entries(namespace)].flatMap(({ labels }) => Object.keys(labels))),
  );
  const keys = graph.query('mesh.selectorKeys', () => unique(namespaces('').flatMap(keysIn)));

  return { services, entries, keys: () => keys('') };
}

function selector(key: string, labels: Labels | undefined): readonly Selector[] {
  return labels && Object.keys(labels).length > 0 ? [{ key, labels }] : [];
}

function unique(words: readonly string[]): readonly string[] {
  return [...new Set(words)].sort();
}
