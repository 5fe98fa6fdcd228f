import type { Workload as EntrySpec, Labels, ServiceEntry, ServiceEntryPort } from '../api/index.ts';
import type { Endpoint } from './endpoint.ts';
import { entryWorkload, type Workload } from './workload.ts';

/** The endpoints written inside a ServiceEntry, or the host itself where that is to be resolved. */
export function inlineEndpoints(entry: ServiceEntry, host: string, port: ServiceEntryPort): readonly Endpoint[] {
  const { endpoints = [], resolution, workloadSelector } = entry.spec;
  const byName = resolution === 'DNS' || resolution === 'DNS_ROUND_ROBIN';
  if (endpoints.length === 0 && byName && !workloadSelector) {
    return [hostEndpoint(host, port.targetPort || port.number)];
  }
  if (!byName && resolution !== 'STATIC') return [];
  return endpoints.flatMap((spec) => entryEndpoint(spec, spec.labels ?? {}, undefined, port));
}

/** A name to resolve. */
export function hostEndpoint(address: string, port: number): Endpoint {
  return { address, port, ...entryWorkload({}, {}, undefined), weight: 1, health: 'healthy' };
}

/** One WorkloadEntry, inline or an object, on one port of a ServiceEntry. */
export function entryEndpoint(
  spec: EntrySpec,
  labels: Labels,
  workload: Workload['workload'],
  port: ServiceEntryPort,
): readonly Endpoint[] {
  return endpointAt(spec, labels, workload, spec.ports?.[port.name ?? ''] || port.targetPort || port.number);
}

/** None where the entry has no address: it then stands for whatever its network's gateway reaches. */
export function endpointAt(
  spec: EntrySpec,
  labels: Labels,
  workload: Workload['workload'],
  port: number,
): readonly Endpoint[] {
  const { address } = spec;
  if (!address) return [];
  return [
    {
      address,
      // A socket has no port.
      port: address.startsWith(UNIX) ? 0 : port,
      ...entryWorkload(spec, labels, workload),
      weight: spec.weight || 1,
      health: 'healthy',
    },
  ];
}

const UNIX = 'unix://';
