import { formatPath, type Labels, type Path, type Problem } from '../api/index.ts';
import type { Mesh } from '../mesh/index.ts';
import { NOWHERE } from '../mesh/locality.ts';
import { podAddresses } from '../mesh/pod.ts';
import { entryWorkload, podWorkload, TLS_MODE, workloadEntryLabels } from '../mesh/workload.ts';
import type { Policies } from '../policy/index.ts';
import type { Store } from '../store/index.ts';
import { identify } from '../view/identity.ts';
import type { Views } from '../view/index.ts';

interface Rooms {
  readonly store: Store;
  readonly mesh: Mesh;
  readonly policies: Policies;
  readonly views: Views;
}

/** Workloads that say they take mutual TLS, with a proxy that has no certificate: whoever has one cannot call them. */
export function plaintextProxies(rooms: Rooms): readonly Problem[] {
  const plaintext = plaintextAddresses(rooms.views);
  // In most meshes there are none, and then nobody looks through the Pods.
  if (plaintext.size === 0 || !rooms.mesh.config().autoMtls) return [];
  return [...podsOf(rooms.store), ...entriesOf(rooms.store)]
    .filter(({ namespace, addresses }) => addresses.some((address) => plaintext.has(`${namespace}|${address}`)))
    .filter((workload) => isCalledByMtls(rooms, workload))
    .map(({ object, path }) => ({
      severity: 'warning',
      code: 'plaintext-proxy',
      object,
      path: formatPath(path),
      message:
        'says that mutual TLS can be spoken here, but the proxy is connected in plain text and has no certificate',
      hint: 'clients with a certificate cannot call it: connect the proxy to the secure port (docs/security.md), or take this away',
    }));
}

/** `shop|10.0.0.1`: of sidecars that have no certificate from anywhere. */
function plaintextAddresses({ connections, viewFor, view }: Views): ReadonlySet<string> {
  const addresses = connections.keys().flatMap((id) => {
    const viewId = viewFor(id);
    const of = viewId === undefined ? undefined : view(viewId);
    if (of?.role !== 'sidecar' || of.secrets !== 'none') return [];
    const identified = identify(connections.get(id)!);
    return 'identity' in identified ? identified.identity.addresses.map((address) => `${of.namespace}|${address}`) : [];
  });
  return new Set(addresses);
}

interface Claiming {
  readonly object: Problem['object'];
  readonly namespace: string;
  readonly labels: Labels;
  readonly addresses: readonly string[];
  /** Where it says that it takes mutual TLS. */
  readonly path: Path;
}

function podsOf({ pods }: Store): readonly Claiming[] {
  return pods.keys().flatMap((row): readonly Claiming[] => {
    const pod = pods.get(row)!;
    if (!podWorkload(pod, NOWHERE).speaksMtls) return [];
    const { namespace, labels } = pod.metadata;
    const path = ['metadata', 'labels', TLS_MODE];
    return [{ object: pod.key, namespace, labels, addresses: podAddresses(pod), path }];
  });
}

function entriesOf({ workloadEntries }: Store): readonly Claiming[] {
  return workloadEntries.keys().flatMap((row): readonly Claiming[] => {
    const entry = workloadEntries.get(row)!;
    const { spec, metadata, key } = entry;
    const labels = workloadEntryLabels(entry);
    if (spec.address === undefined || !entryWorkload(spec, labels, undefined).speaksMtls) return [];
    const labelled = metadata.labels[TLS_MODE] === undefined ? ['spec', 'labels'] : ['metadata', 'labels'];
    const path = labels[TLS_MODE] === undefined ? ['spec', 'serviceAccount'] : [...labelled, TLS_MODE];
    return [{ object: key, namespace: metadata.namespace, labels, addresses: [spec.address], path }];
  });
}

function isCalledByMtls({ mesh, policies }: Rooms, { namespace, labels, addresses }: Claiming): boolean {
  const ports = mesh.inboundPorts(namespace, labels, addresses);
  return ports.some(({ targetPort }) => policies.mtlsMode(namespace, labels, targetPort) !== 'disable');
}
