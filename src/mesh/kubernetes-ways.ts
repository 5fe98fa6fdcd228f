import type { KubePod, KubeService, KubeServicePort } from '../api/index.ts';
import type { Query } from '../graph/index.ts';
import type { Tables } from '../store/index.ts';
import { servicePort } from './from-kubernetes-service.ts';
import { kubernetesHost } from './host.ts';
import type { Self, Way, Ways } from './inbound-ports.ts';
import { selects } from './labels.ts';
import type { NamedAddresses } from './named-addresses.ts';
import { containerPort } from './pod.ts';
import { agedBy } from './precedence.ts';
import type { Residents } from './residents.ts';
import type { Selection } from './selection.ts';
import type { Selectors } from './selectors.ts';
import { serviceId } from './service-id.ts';

interface Sources {
  readonly store: Tables;
  readonly clusterDomain: string;
  readonly selectors: Selectors;
  readonly named: NamedAddresses;
  readonly selection: Selection;
  readonly residents: Residents;
  /** The EndpointSlices of a Service. */
  readonly slicesOf: Query<readonly string[]>;
}

/** The Kubernetes Services of a workload's namespace that lead to it: by their selector, or by its literal address. */
export function kubernetesWays(sources: Sources): Ways {
  const { store, selectors, named } = sources;
  const bySelector = (self: Self): readonly Way[] =>
    selectors
      .services(self.namespace)
      .filter(({ labels }) => selects(labels, self.labels))
      .flatMap(({ key }) => selectedWays(sources, store.services.get(key)!, self));
  const bySlice = (self: Self): readonly Way[] =>
    self.addresses.flatMap(named.slices).flatMap((key) => {
      const { metadata, ports } = store.endpointSlices.get(key)!;
      const service = store.services.get(`${metadata.namespace}/${metadata.labels['kubernetes.io/service-name']}`);
      return listedWays(sources, service, ports ?? [], self);
    });
  const byEndpoints = (self: Self): readonly Way[] =>
    self.addresses.flatMap(named.endpoints).flatMap((key) => {
      const subsets = store.endpoints.get(key)!.subsets ?? [];
      return subsets
        .filter(({ addresses = [] }) => addresses.some(({ ip }) => self.addresses.includes(ip)))
        .flatMap(({ ports }) => listedWays(sources, store.services.get(key), ports ?? [], self));
    });
  return (self) => [...bySelector(self), ...bySlice(self), ...byEndpoints(self)];
}

function selectedWays(sources: Sources, service: KubeService, self: Self): readonly Way[] {
  return (service.spec.ports ?? []).flatMap((port) => {
    const target = port.targetPort ?? port.port;
    const targetPort = typeof target === 'number' ? target : numberOf(sources, service, port, target, self);
    return targetPort === undefined ? [] : [way(sources, service, port, targetPort)];
  });
}

/**
 * What a named target port is on this workload: as its Pod says; else as the service's slices say, which may list
 * other pods; else nothing, as for Kubernetes itself.
 */
function numberOf(
  { store, residents, selection, slicesOf }: Sources,
  { metadata }: KubeService,
  { name: portName = '', protocol = 'TCP' }: KubeServicePort,
  target: string,
  { namespace, labels, addresses }: Self,
): number | undefined {
  const own = addresses.flatMap((address) => residents.podAt(namespace, address) ?? []);
  const pods: readonly KubePod[] = own.length > 0 ? own : selection.pods(namespace, labels);
  for (const pod of pods) {
    const number = containerPort(pod, target, protocol);
    if (number !== undefined) return number;
  }
  const slices = slicesOf(`${metadata.namespace}/${metadata.name}`).map((key) => store.endpointSlices.get(key)!);
  return slices.flatMap(({ ports }) => ports ?? []).find((port) => (port.name ?? '') === portName)?.port ?? undefined;
}

/** A list of addresses says the port numbers itself. */
function listedWays(
  sources: Sources,
  service: KubeService | undefined,
  ports: readonly { readonly name?: string | null | undefined; readonly port?: number | null | undefined }[],
  self: Self,
): readonly Way[] {
  if (service?.metadata.namespace !== self.namespace) return [];
  return (service.spec.ports ?? []).flatMap((port) => {
    const listed = ports.find(({ name }) => (name ?? '') === (port.name ?? ''))?.port;
    return typeof listed === 'number' ? [way(sources, service, port, listed)] : [];
  });
}

function way({ clusterDomain }: Sources, { metadata }: KubeService, port: KubeServicePort, targetPort: number): Way {
  const id = serviceId(metadata.namespace, kubernetesHost(metadata.namespace, metadata.name, clusterDomain));
  return { id, port: port.port, targetPort, protocol: servicePort(port).protocol, age: agedBy(metadata) };
}
