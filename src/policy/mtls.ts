import { formatPath, type MutualTls, type PeerAuthentication } from '../api/index.ts';
import type { Graph } from '../graph/index.ts';
import type { Labels, Origin } from '../mesh/index.ts';
import type { Tables } from '../store/index.ts';
import type { MtlsMode, Policies } from './policies.ts';
import { createScope, type Heading, type Scope } from './scope.ts';

export interface Mtls extends Pick<Policies, 'mtlsMode' | 'mtlsDecision' | 'mtlsPorts'> {
  readonly scope: Scope;
  /** Policies of the same level, for the same workloads, that come before one. */
  readonly olderOfLevel: (heading: Heading) => readonly Heading[];
}

/** What one PeerAuthentication says. */
interface Said {
  readonly origin: Origin;
  readonly mode: Mode;
  readonly ports: Readonly<Record<string, Mode>>;
}

type Mode = NonNullable<MutualTls['mode']>;

/**
 * PeerAuthentication: whom a port takes. The closest level that says something decides: a port, the workload, its
 * namespace, the mesh. https://istio.io/latest/docs/reference/config/security/peer_authentication/
 */
export function createMtls(graph: Graph, store: Tables, root: () => string): Mtls {
  const scope = createScope(graph, 'mtls', store.peerAuthentications, root);
  const said = store.peerAuthentications.column('modes', saidBy);

  /** From the farthest to the closest; of several at one level the oldest. */
  const levels = (namespace: string, labels: Labels): readonly Heading[] => {
    const own = scope.headings(namespace);
    const mesh = namespace === root() ? undefined : scope.headings(root()).find(isForAll);
    const workload = own.find((heading) => !isForAll(heading) && isSelected(heading, labels));
    return [mesh, own.find(isForAll), workload].filter((level) => level !== undefined);
  };

  const mtlsDecision: Policies['mtlsDecision'] = (namespace, labels, port) => {
    let decision: ReturnType<Policies['mtlsDecision']> = { mode: 'permissive', origin: undefined };
    for (const { row } of levels(namespace, labels)) {
      const { origin, mode, ports } = said(row)!;
      const ofPort = ports[port] ?? 'UNSET';
      if (ofPort !== 'UNSET') decision = { mode: MODES[ofPort], origin: at(origin, ['portLevelMtls', String(port)]) };
      else if (mode !== 'UNSET') decision = { mode: MODES[mode], origin: at(origin, ['mtls']) };
    }
    return decision;
  };

  const mtlsPorts: Policies['mtlsPorts'] = (namespace, labels) => {
    const ports = levels(namespace, labels).flatMap(({ row }) => Object.entries(said(row)!.ports));
    const own = ports.filter(([, mode]) => mode !== 'UNSET').map(([port]) => Number(port));
    return [...new Set(own)].sort((a, b) => a - b);
  };

  const olderOfLevel = (heading: Heading): readonly Heading[] => {
    const all = scope.headings(heading.age.namespace);
    const older = all.slice(
      0,
      all.findIndex(({ row }) => row === heading.row),
    );
    return older.filter((one) => isForAll(one) === isForAll(heading));
  };

  return { scope, olderOfLevel, mtlsPorts, mtlsDecision, mtlsMode: (...of) => mtlsDecision(...of).mode };
}

const MODES = {
  DISABLE: 'disable',
  PERMISSIVE: 'permissive',
  STRICT: 'strict',
} as const satisfies Record<string, MtlsMode>;

function at(origin: Origin, steps: readonly string[]): Origin {
  return { ...origin, path: formatPath(['spec', ...steps, 'mode']) };
}

function isForAll({ labels }: Heading): boolean {
  return Object.keys(labels).length === 0;
}

function isSelected(heading: Heading, labels: Labels): boolean {
  return Object.entries(heading.labels).every(([key, value]) => labels[key] === value);
}

function saidBy({ key, spec }: PeerAuthentication): Said {
  const ports = Object.entries(spec?.portLevelMtls ?? {}).map(([port, { mode = 'UNSET' }]) => [port, mode] as const);
  return {
    origin: { object: key, path: 'spec' },
    mode: spec?.mtls?.mode ?? 'UNSET',
    ports: Object.fromEntries(ports),
  };
}
