import type { ServiceEntry } from '../api/index.ts';
import { defaultFor, exportToOf } from './export-to.ts';
import { protocolNamed } from './protocol.ts';
import type { ExportTo, Resolution, Service } from './service.ts';
import { serviceId } from './service-id.ts';

/**
 * What a ServiceEntry means for one of its hosts; each host is a service of its own.
 * https://istio.io/latest/docs/reference/config/networking/service-entry/
 */
export function fromServiceEntry(entry: ServiceEntry, host: string, unsaid: ExportTo): Service {
  const { namespace } = entry.metadata;
  return {
    id: serviceId(namespace, host),
    host,
    namespace,
    // An entry may have many hosts: the host is the name by which metrics and metadata know the service.
    name: host,
    origin: { object: entry.key, path: `spec.hosts[${entry.spec.hosts.indexOf(host)}]` },
    kind: 'service-entry',
    addresses: entry.spec.addresses ?? [],
    ports: (entry.spec.ports ?? []).map((port) => ({
      number: port.number,
      name: port.name ?? '',
      protocol: protocolNamed(port.protocol ?? ''),
    })),
    resolution: resolutionOf(entry),
    external: entry.spec.location !== 'MESH_INTERNAL',
    exportTo: entryExportTo(entry) ?? defaultFor(unsaid, namespace),
    shortNames: false,
    ...(entry.spec.subjectAltNames?.length && { subjectAltNames: entry.spec.subjectAltNames }),
  };
}

/** Undefined: nobody said. */
export function entryExportTo(entry: ServiceEntry): ExportTo | undefined {
  return exportToOf(entry.spec.exportTo, entry.metadata.namespace);
}

function resolutionOf(entry: ServiceEntry): Resolution {
  switch (entry.spec.resolution) {
    case 'STATIC':
      return 'endpoints';
    case 'DNS':
      return 'dns';
    case 'DNS_ROUND_ROBIN':
      return 'logical-dns';
    case 'NONE':
    case undefined:
      return 'passthrough';
    case 'DYNAMIC_DNS':
      // Not applied: a list that stays empty answers nobody, where passthrough would let everything out.
      return 'endpoints';
  }
}
