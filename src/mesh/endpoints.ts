import type { Workload as EntrySpec, KubeService, KubeServicePort, ServiceEntry } from '../api/index.ts';
import { isIp } from '../api/names.ts';
import type { Graph, Query } from '../graph/index.ts';
import type { Tables } from '../store/index.ts';
import type { Endpoint } from './endpoint.ts';
import { endpointAt, entryEndpoint, hostEndpoint, inlineEndpoints } from './entry-endpoints.ts';
import { isExternalName, ofItsFamilies } from './from-kubernetes-service.ts';
import { splitKey } from './keys.ts';
import { endpointsOf, podEndpoints, sliceEndpoints } from './kubernetes-endpoints.ts';
import type { Mesh } from './mesh.ts';
import { compare } from './precedence.ts';
import type { Residents } from './residents.ts';
import type { Selection } from './selection.ts';
import { parseServiceId } from './service-id.ts';
import type { Services } from './services.ts';
import { workloadEntryLabels } from './workload.ts';

/** Who serves each port of each service. */
export function createEndpoints(
  graph: Graph,
  store: Tables,
  { definition }: Services,
  selection: Selection,
  residents: Residents,
): { readonly endpoints: Mesh['endpoints']; readonly slicesOf: Query<readonly string[]> } {
  const slicesOf = store.endpointSlices.index('byService', ({ metadata }) => {
    const service = metadata.labels['kubernetes.io/service-name'];
    return service === undefined ? [] : [`${metadata.namespace}/${service}`];
  });

  const ofSlice = graph.query('mesh.sliceEndpoints', (key) => {
    const [slice, portName] = splitKey(key);
    const value = store.endpointSlices.get(slice)!;
    return sliceEndpoints(value, portName, residents.at(value.metadata.namespace));
  });

  const ofKubernetes = (service: KubeService, port: KubeServicePort): readonly Endpoint[] => {
    if (isExternalName(service)) return [hostEndpoint(service.spec.externalName ?? '', port.port)];
    const { namespace } = service.metadata;
    const entries = selection.workloadEntries(namespace, service.spec.selector ?? {}).flatMap((entry) => {
      const { name } = entry.metadata;
      return endpointAt(entry.spec, workloadEntryLabels(entry), { name, namespace }, targetOnEntry(port, entry.spec));
    });
    return [...listed(service, port), ...entries].filter(hasIp).sort(byAddress);
  };

  /** What Kubernetes lists; where it lists nothing at all, what it would list. */
  const listed = (service: KubeService, port: KubeServicePort): readonly Endpoint[] => {
    const { namespace, name } = service.metadata;
    const portName = port.name ?? '';
    const publishNotReady = service.spec.publishNotReadyAddresses ?? false;
    const slices = slicesOf(`${namespace}/${name}`);
    if (slices.length > 0) return slices.flatMap((slice) => ofSlice(`${slice}|${portName}`));
    const object = store.endpoints.get(`${namespace}/${name}`);
    if (object) return endpointsOf(object, portName, publishNotReady, residents.at(namespace));
    const target = { port: port.targetPort ?? port.port, protocol: port.protocol ?? 'TCP' };
    return selection
      .pods(namespace, service.spec.selector ?? {})
      .flatMap((pod) => ofItsFamilies(service, podEndpoints(pod, target, publishNotReady, residents.localityOf(pod))));
  };

  const ofEntry = (entry: ServiceEntry, host: string, number: number): readonly Endpoint[] => {
    const port = entry.spec.ports?.find((one) => one.number === number);
    if (!port) return [];
    const { namespace } = entry.metadata;
    const selector = entry.spec.workloadSelector?.labels ?? {};
    const entries = selection
      .workloadEntries(namespace, selector)
      .flatMap((one) =>
        entryEndpoint(one.spec, workloadEntryLabels(one), { name: one.metadata.name, namespace }, port),
      );
    const pods = selection.pods(namespace, selector).flatMap((pod) => {
      const target = { port: port.targetPort ?? port.number, protocol: 'TCP' };
      return podEndpoints(pod, target, false, residents.localityOf(pod));
    });
    const all = [...inlineEndpoints(entry, host, port), ...entries, ...pods];
    return entry.spec.resolution === 'STATIC' ? all.filter(hasIp) : all;
  };

  const endpoints = graph.query('mesh.endpoints', (key): readonly Endpoint[] => {
    const [id, place] = splitKey(key);
    const [number, transport] = place.split('/');
    const defined = definition(id);
    if (!defined) return [];
    if (defined.kind === 'service-entry') return ofEntry(defined.entry, parseServiceId(id).host, Number(number));
    const ports = defined.service.spec.ports?.filter((one) => one.port === Number(number)) ?? [];
    // DNS is often served over both at one number; a proxy takes TCP, unless it is asked for the other.
    const port = ports.find(({ protocol }) => (protocol === 'UDP') === (transport === 'udp'));
    const meant = port ?? (transport === undefined ? ports[0] : undefined);
    return meant ? ofKubernetes(defined.service, meant) : [];
  });

  const placeOf = (port: number, transport?: 'udp'): string => (transport ? `${port}/${transport}` : String(port));
  return {
    endpoints: (service, port, transport) => endpoints(`${service}|${placeOf(port, transport)}`),
    slicesOf,
  };
}

/** Envoy resolves no names in a list of endpoints, and refuses the whole list for one. */
function hasIp({ address }: Endpoint): boolean {
  return isIp(address) || address.startsWith('unix://');
}

function byAddress(a: Endpoint, b: Endpoint): number {
  return compare(a.address, b.address) || a.port - b.port;
}

/** A number, or the name that either the Service's targetPort or its port has in the WorkloadEntry. */
function targetOnEntry(port: KubeServicePort, { ports = {} }: EntrySpec): number {
  const target = port.targetPort ?? port.port;
  const named = (typeof target === 'string' ? ports[target] : undefined) ?? ports[port.name ?? ''];
  return named ?? (typeof target === 'number' ? target : port.port);
}
