import { displayName, type ObjectKey, parseObjectKey, type ServiceEntry } from '../api/index.ts';
import type { Tables } from '../store/index.ts';
import { shareAudience } from './export-to.ts';
import { labelText } from './labels.ts';
import type { Mesh } from './mesh.ts';
import type { Check, Finding } from './problems.ts';
import { serviceId } from './service-id.ts';
import type { Services } from './services.ts';

interface Sources {
  readonly store: Tables;
  readonly services: Services;
  readonly endpoints: Mesh['endpoints'];
}

/** A ServiceEntry among services and workloads. */
export function entryProblems(sources: Sources): Check {
  return (row) => {
    const entry = sources.store.serviceEntries.get(row);
    if (!entry) return [];
    const taken = entry.spec.hosts.flatMap((host, i) => takenHost(sources.services, entry, host, `spec.hosts[${i}]`));
    return [...taken, ...withoutEndpoints(sources, entry)];
  };
}

/** Somebody who comes first has the host already. */
function takenHost(services: Services, entry: ServiceEntry, host: string, path: string): readonly Finding[] {
  const { namespace } = entry.metadata;
  const own = serviceId(namespace, host);
  const inNamespace = services.service(own)?.origin.object;
  if (inNamespace !== undefined && inNamespace !== entry.key)
    return [duplicate('error', path, host, inNamespace, 'it')];
  const candidates = services.candidates(host);
  const place = candidates.findIndex(({ id }) => id === own);
  const mine = candidates[place];
  const before = mine ? candidates.slice(0, place) : [];
  const first = before.find(({ exportTo }) => shareAudience(exportTo, mine!.exportTo));
  const winner = first && services.service(first.id)?.origin.object;
  return winner ? [duplicate('warning', path, host, winner, `outside of namespace ${namespace} it`)] : [];
}

function duplicate(severity: Finding['severity'], path: string, host: string, winner: ObjectKey, who: string): Finding {
  const reason =
    parseObjectKey(winner).kind === 'Service' ? 'Kubernetes Services come before ServiceEntries' : 'it comes first';
  return {
    severity,
    code: 'duplicate-host',
    path,
    message: `${displayName(winner)} has the host ${host} too, and ${who} is the one that counts: ${reason}`,
  };
}

/** One without a selector is told by its own parser. */
function withoutEndpoints({ services, endpoints }: Sources, { key, spec, metadata }: ServiceEntry): readonly Finding[] {
  const labels = spec.workloadSelector?.labels;
  const ids = spec.hosts.map((host) => serviceId(metadata.namespace, host));
  const id = ids.find((one) => services.service(one)?.origin.object === key);
  const ports = spec.ports ?? [];
  if (!labels || id === undefined || spec.resolution === undefined || spec.resolution === 'NONE') return [];
  if (ports.length === 0 || ports.some((port) => endpoints(id, port.number).length > 0)) return [];
  const message = `nobody serves it: no WorkloadEntry or running pod of namespace ${metadata.namespace} has ${labelText(labels)}`;
  return [{ severity: 'warning', code: 'no-endpoints', path: 'spec.workloadSelector', message }];
}
