import { EXPORT_TO_ANNOTATION, type KubeService, type KubeServicePort } from '../api/index.ts';
import { defaultFor, exportToOf, parseExportTo } from './export-to.ts';
import { kubernetesHost } from './host.ts';
import { kubernetesProtocol } from './protocol.ts';
import type { ExportTo, Resolution, Service, ServicePort } from './service.ts';
import { serviceId } from './service-id.ts';

/** What a Kubernetes Service means: https://istio.io/latest/docs/ops/configuration/traffic-management/traffic-routing/ */
export function fromKubernetesService(service: KubeService, clusterDomain: string, unsaid: ExportTo): Service {
  const { namespace, name } = service.metadata;
  const host = kubernetesHost(namespace, name, clusterDomain);
  return {
    id: serviceId(namespace, host),
    host,
    namespace,
    name,
    origin: { object: service.key, path: 'spec' },
    kind: 'kubernetes',
    addresses: clusterAddresses(service),
    ports: (service.spec.ports ?? []).map(servicePort),
    resolution: resolutionOf(service),
    external: isExternalName(service),
    exportTo: kubernetesExportTo(service) ?? defaultFor(unsaid, namespace),
    shortNames: true,
  };
}

/** Undefined: nobody said. */
export function kubernetesExportTo(service: KubeService): ExportTo | undefined {
  const annotation = service.metadata.annotations[EXPORT_TO_ANNOTATION];
  return exportToOf(parseExportTo(annotation), service.metadata.namespace);
}

export function isExternalName(service: KubeService): boolean {
  return service.spec.type === 'ExternalName';
}

export function isHeadless(service: KubeService): boolean {
  return !isExternalName(service) && service.spec.clusterIP === 'None';
}

/**
 * Which of a pod's addresses Kubernetes lists for a Service. Where neither its families nor its addresses say it (only
 * in files; the API server fills both in) nobody knows, and the main address counts.
 * https://kubernetes.io/docs/concepts/services-networking/dual-stack/#services
 */
export function ofItsFamilies<E extends { readonly address: string }>(
  service: KubeService,
  ofPod: readonly E[],
): readonly E[] {
  const said = (service.spec.ipFamilies ?? []).filter((family) => family !== '');
  const families: readonly string[] = said.length > 0 ? said : clusterAddresses(service).map(familyOf);
  return families.length === 0
    ? ofPod.slice(0, 1)
    : ofPod.filter(({ address }) => families.includes(familyOf(address)));
}

function familyOf(address: string): 'IPv4' | 'IPv6' {
  return address.includes(':') ? 'IPv6' : 'IPv4';
}

function clusterAddresses({ spec }: KubeService): readonly string[] {
  if (spec.type === 'ExternalName') return [];
  const addresses = spec.clusterIPs?.length ? spec.clusterIPs : [spec.clusterIP ?? ''];
  return addresses.filter((address) => address !== '' && address !== 'None');
}

export function servicePort(port: KubeServicePort): ServicePort {
  return { number: port.port, name: port.name ?? '', protocol: kubernetesProtocol(port) };
}

/** A headless service says: talk to exactly the pod you resolved. An external name is a name to resolve. */
function resolutionOf(service: KubeService): Resolution {
  if (isExternalName(service)) return 'dns';
  return isHeadless(service) ? 'passthrough' : 'endpoints';
}
