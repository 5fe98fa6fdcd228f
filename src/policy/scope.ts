import { type Metadata, type TargetReference, type WorkloadSelector, writtenPath } from '../api/index.ts';
import type { Graph, Query } from '../graph/index.ts';
import type { Aged, Labels } from '../mesh/index.ts';
import { agedBy, byAge, compare } from '../mesh/precedence.ts';
import type { Reader } from '../store/index.ts';
import type { Subject } from './policies.ts';

/** A policy of Istio's security API, as far as it says whom it is about. */
export interface Scoped {
  readonly metadata: Metadata;
  readonly spec?:
    | {
        readonly selector?: WorkloadSelector | undefined;
        readonly targetRef?: TargetReference | undefined;
        readonly targetRefs?: readonly TargetReference[] | undefined;
      }
    | undefined;
}

/** Whom a policy is about. It changes far less often than what the policy says. */
export interface Heading {
  /** `namespace/name`. */
  readonly row: string;
  readonly age: Aged;
  /** Empty: all workloads. */
  readonly labels: Labels;
  /** Undefined: it is about workloads. */
  readonly targets: readonly TargetReference[] | undefined;
}

export interface Scope {
  /** What a namespace says, the oldest first. */
  readonly headings: Query<readonly Heading[]>;
  readonly heading: (row: string) => Heading | undefined;
  /** What a namespace and the root namespace say of a workload or gateway, the oldest first. */
  readonly about: (subject: Subject) => readonly Heading[];
  /** The label keys that somebody selects by, sorted. */
  readonly keys: () => readonly string[];
}

/** Whom the policies of one kind are about. `root` is the namespace whose policies are for all namespaces. */
export function createScope(graph: Graph, name: string, table: Reader<Scoped>, root: () => string): Scope {
  const byNamespace = table.index('byNamespace', ({ metadata }) => [metadata.namespace]);
  const heading = table.column('heading', headingOf);
  const headings = graph.query(`policy.${name}.headings`, (namespace): readonly Heading[] =>
    byNamespace(namespace)
      .map((row) => heading(row)!)
      .toSorted((a, b) => byAge(a.age, b.age)),
  );
  const about = (subject: Subject): readonly Heading[] => {
    const own = headings(subject.namespace).filter((one) => isAbout(one, subject));
    if (root() === subject.namespace) return own;
    const mesh = headings(root()).filter((one) => isAbout(one, subject));
    return mesh.length === 0 ? own : [...mesh, ...own].sort((a, b) => byAge(a.age, b.age));
  };
  const keysIn = graph.query(`policy.${name}.keysIn`, (namespace) =>
    unique(headings(namespace).flatMap(({ labels, targets }) => (targets ? [GATEWAY_NAME] : Object.keys(labels)))),
  );
  const keys = graph.query(`policy.${name}.keys`, () => unique(namespacesOf(table.keys()).flatMap(keysIn)));
  return { headings, heading, about, keys: () => keys('') };
}

/** https://gateway-api.sigs.k8s.io/geps/gep-1762/#gateway-label */
const GATEWAY_NAME = 'gateway.networking.k8s.io/gateway-name';

/** Gateways are chosen by their own namespace's policies only. */
function isAbout({ labels, targets, age }: Heading, subject: Subject): boolean {
  if (!targets) return Object.entries(labels).every(([key, value]) => subject.labels[key] === value);
  const gateway = subject.labels[GATEWAY_NAME];
  const isOwn = subject.role === 'router' && gateway !== undefined && age.namespace === subject.namespace;
  const isHere = ({ namespace }: TargetReference): boolean => !namespace || namespace === age.namespace;
  return isOwn && targets.some((target) => isGateway(target) && isHere(target) && target.name === gateway);
}

export function isGateway({ group, kind }: TargetReference): boolean {
  return group === 'gateway.networking.k8s.io' && kind === 'Gateway';
}

/** Whether everyone whom one heading selects is selected by another of the same namespace. */
export function covers(wide: Heading, narrow: Heading): boolean {
  if (wide.targets || narrow.targets) return false;
  return Object.entries(wide.labels).every(([key, value]) => narrow.labels[key] === value);
}

/** The targets of a policy, each with its path as it was written. */
export function targetsOf(
  policy: Scoped & { readonly renumbered?: Readonly<Record<string, readonly number[]>> },
): readonly { readonly path: string; readonly target: TargetReference }[] {
  const { targetRef, targetRefs = [] } = policy.spec ?? {};
  if (targetRef) return [{ path: 'spec.targetRef', target: targetRef }];
  return targetRefs.map((target, i) => ({ path: writtenPath(policy, `spec.targetRefs[${i}]`), target }));
}

function headingOf({ metadata, spec }: Scoped): Heading {
  const targets = spec?.targetRef ? [spec.targetRef] : spec?.targetRefs;
  return {
    row: `${metadata.namespace}/${metadata.name}`,
    age: agedBy(metadata),
    labels: spec?.selector?.matchLabels ?? {},
    targets: targets && targets.length > 0 ? targets : undefined,
  };
}

export function namespacesOf(rows: readonly string[]): readonly string[] {
  return unique(rows.map((row) => row.slice(0, row.indexOf('/'))));
}

export function unique(words: readonly string[]): readonly string[] {
  return [...new Set(words)].sort(compare);
}
