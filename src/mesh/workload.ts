import type { Workload as EntrySpec, KubePod, Labels, WorkloadEntry } from '../api/index.ts';
import type { Endpoint, Locality } from './endpoint.ts';
import { NOWHERE, parseLocality, withTopology } from './locality.ts';

/** What is known of whoever stands behind an address. */
export type Workload = Pick<Endpoint, 'labels' | 'locality' | 'network' | 'serviceAccount' | 'speaksMtls' | 'workload'>;

/** An address of which nobody said more. */
export function unknownWorkload(locality: Locality): Workload {
  return {
    labels: withTopology({}, locality, ''),
    locality,
    network: '',
    serviceAccount: '',
    speaksMtls: false,
    workload: undefined,
  };
}

/** `node` is where the Node that it runs on stands; the pod's own label wins. */
export function podWorkload(pod: KubePod, node: Locality): Workload {
  const { labels, name, namespace } = pod.metadata;
  const said = labels['istio-locality'];
  const locality = said ? parseLocality(said) : node;
  const network = labels['topology.istio.io/network'] ?? '';
  return {
    labels: withTopology(labels, locality, network),
    locality,
    network,
    serviceAccount: pod.spec?.serviceAccountName ?? pod.spec?.serviceAccount ?? 'default',
    speaksMtls: labels[TLS_MODE] === 'istio',
    workload: { name: workloadName(name, labels), namespace },
  };
}

/** An endpoint of a ServiceEntry, or the spec of a WorkloadEntry: the same words. */
export function entryWorkload(spec: EntrySpec, labels: Labels, workload: Workload['workload']): Workload {
  const said = spec.locality ?? labels['istio-locality'];
  const locality = said ? parseLocality(said) : NOWHERE;
  const network = spec.network ?? labels['topology.istio.io/network'] ?? '';
  return {
    labels: withTopology(labels, locality, network),
    locality,
    network,
    serviceAccount: spec.serviceAccount ?? '',
    // Who is known by a certificate has one.
    speaksMtls: labels[TLS_MODE] === undefined ? Boolean(spec.serviceAccount) : labels[TLS_MODE] === 'istio',
    workload,
  };
}

/** Set by whoever puts a proxy beside a workload: https://istio.io/latest/docs/reference/config/labels/ */
export const TLS_MODE = 'security.istio.io/tlsMode';

/** Labels may stand at either place of a WorkloadEntry; those in its metadata win. */
export function workloadEntryLabels(entry: WorkloadEntry): Labels {
  return { ...entry.spec.labels, ...entry.metadata.labels };
}

/**
 * The Deployment or StatefulSet that a pod belongs to, by the names that Kubernetes gives pods:
 * `reviews-v1-6d8bc58dd7-x2x9k` with hash 6d8bc58dd7 → `reviews-v1`, `db-0` → `db`.
 */
export function workloadName(pod: string, labels: Labels): string {
  const hash = labels['pod-template-hash'];
  const at = hash ? pod.lastIndexOf(`-${hash}`) : -1;
  if (at > 0) return pod.slice(0, at);
  return labels['statefulset.kubernetes.io/pod-name'] === pod ? pod.replace(/-\d+$/, '') : pod;
}
