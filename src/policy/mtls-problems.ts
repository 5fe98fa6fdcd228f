import { formatPath, type PeerAuthentication } from '../api/index.ts';
import type { Tables } from '../store/index.ts';
import type { Mtls } from './mtls.ts';
import { type Check, type Finding, istioName } from './problems.ts';
import { covers, type Heading } from './scope.ts';
import type { Workloads } from './workloads.ts';

interface Sources {
  readonly store: Tables;
  readonly mtls: Mtls;
  readonly workloads: Workloads;
}

/** A PeerAuthentication among the others, and among the workloads of its namespace. */
export function mtlsProblems(sources: Sources): Check {
  return (row) => {
    const policy = sources.store.peerAuthentications.get(row);
    const heading = sources.mtls.scope.heading(row);
    if (!policy || !heading) return [];
    return [...conflicts(sources.mtls, heading), ...strangers(sources.workloads, policy, heading)];
  };
}

/** The oldest of a level holds; the others say nothing, not even what it leaves unsaid. */
function conflicts(mtls: Mtls, heading: Heading): readonly Finding[] {
  const older = mtls.olderOfLevel(heading);
  const hiding = older.find((one) => covers(one, heading));
  if (hiding) {
    const message = `is not applied: ${istioName('PeerAuthentication', hiding)} for the same workloads is older, or comes first by name`;
    return [{ severity: 'error', code: 'conflicting-policies', path: '', message, hint: HINT }];
  }
  const overlapping = older.find((one) => covers(heading, one));
  if (!overlapping) return [];
  const message = `is not applied to the workloads of ${istioName('PeerAuthentication', overlapping)}, which is older, or comes first by name`;
  return [{ severity: 'warning', code: 'conflicting-policies', path: 'spec.selector', message, hint: HINT }];
}

const HINT = 'write all that holds for these workloads in one of them';

function strangers(workloads: Workloads, policy: PeerAuthentication, heading: Heading): readonly Finding[] {
  const { namespace } = heading.age;
  const all = workloads.of(namespace);
  const selected = all.filter((one) =>
    Object.entries(heading.labels).every(([key, value]) => one.labels[key] === value),
  );
  if (all.length === 0) return [];
  if (selected.length === 0) return [selectsNobody(namespace)];
  const ports = new Set(selected.flatMap((one) => [...workloads.portsOf(namespace, one)]));
  return Object.keys(policy.spec?.portLevelMtls ?? {})
    .filter((port) => !ports.has(Number(port)))
    .map((port) => unknownPort(port, [...ports]));
}

export function selectsNobody(namespace: string): Finding {
  const message = `selects no workload of namespace ${namespace}`;
  return { severity: 'warning', code: 'selects-nobody', path: 'spec.selector', message };
}

function unknownPort(port: string, ports: readonly number[]): Finding {
  const known = ports.toSorted((a, b) => a - b).join(', ');
  return {
    severity: 'warning',
    code: 'unknown-port',
    path: formatPath(['spec', 'portLevelMtls', port]),
    atKey: true,
    message: `no selected workload is known to listen on port ${port}`,
    ...(known && { hint: `known ports: ${known} (those of the workload, not of its Service)` }),
  };
}
