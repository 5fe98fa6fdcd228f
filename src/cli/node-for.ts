import { DEFAULT_MESH_CONFIG } from '../mesh/index.ts';
import type { Store } from '../store/index.ts';
import type { Node } from '../view/index.ts';
import { UsageError } from './usage-error.ts';

interface Asker {
  /** `sidecar/reviews-v1.default`. */
  readonly proxy: string;
  readonly label: Readonly<Record<string, string>>;
  readonly interception: string;
  readonly protocol: 'delta' | 'sotw';
  /** That its connection would prove. */
  readonly serviceAccount?: string;
}

/** The node that a proxy of this name would send. Labels and address come from the Pod or WorkloadEntry of its name. */
export function nodeFor(store: Store, asker: Asker, trustDomain = DEFAULT_MESH_CONFIG.trustDomain): Node {
  const { proxy, label, interception, protocol, serviceAccount } = asker;
  const { role, name, namespace } = parseProxy(proxy);
  const pod = store.pods.get(`${namespace}/${name}`);
  const entry = store.workloadEntries.get(`${namespace}/${name}`);
  const ip = pod?.status?.podIP ?? entry?.spec.address ?? '127.0.0.1';
  const labels = { ...entry?.spec.labels, ...(pod ?? entry)?.metadata.labels, ...label };
  return {
    id: `${role}~${ip}~${name}.${namespace}~${namespace}.svc.cluster.local`,
    cluster: `${name}.${namespace}`,
    metadata: { NAMESPACE: namespace, LABELS: labels, INTERCEPTION_MODE: interception },
    locality: undefined,
    userAgentName: 'envoy',
    userAgentVersion: '',
    protocol,
    ...(serviceAccount && { identity: { trustDomain, namespace, serviceAccount } }),
  };
}

function parseProxy(proxy: string): { role: string; name: string; namespace: string } {
  const match = /^(sidecar|router)\/([^/]+?)(?:\.([^./]+))?$/.exec(proxy);
  if (!match) {
    throw new UsageError(`--proxy must be sidecar/NAME.NAMESPACE or router/NAME.NAMESPACE, not "${proxy}"`);
  }
  return { role: match[1]!, name: match[2]!, namespace: match[3] ?? 'default' };
}
