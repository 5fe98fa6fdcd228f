import {
  gatewayDurationMs,
  type ObjectKey,
  objectKey,
  type RetryConstraint,
  type XBackendTrafficPolicy,
} from '../../api/index.ts';
import type { Graph, Query } from '../../graph/index.ts';
import { agedBy, byAge } from '../../mesh/index.ts';
import type { Tables } from '../../store/index.ts';
import type { RetryBudget, SessionPersistence } from '../route.ts';
import type { PolicyState, Verdict } from './gateway-api.ts';
import { EXPERIMENTAL_GROUP } from './group.ts';
import { type BackendObject, backendObject } from './route-references.ts';
import { fromSessionPersistence } from './session.ts';
import { ACCEPTED, no } from './verdict.ts';

/** What XBackendTrafficPolicies say, the oldest of each backend: https://gateway-api.sigs.k8s.io/geps/gep-3388/ */
export interface TrafficPolicies {
  readonly session: Query<SessionPersistence | undefined, BackendObject>;
  readonly retryBudget: Query<RetryBudget | undefined, BackendObject>;
  /** By `namespace/name` of a policy. */
  readonly state: Query<PolicyState | undefined>;
  /** What a policy is about. */
  readonly targets: Query<readonly BackendObject[]>;
}

export function createTrafficPolicies(graph: Graph, store: Tables): TrafficPolicies {
  const { xBackendTrafficPolicies: policies } = store;
  const targets = policies.column('targets', targetsOf);
  const byTarget = policies.index('byTarget', targetsOf);
  const age = policies.column('age', ({ metadata }) => agedBy(metadata));
  const constraint = policies.column('retryConstraint', ({ spec }) => spec.retryConstraint);
  const persistence = policies.column('sessionPersistence', ({ spec }) => spec.sessionPersistence);
  const isService = store.services.column('isService', () => true);
  const isBackend = store.xBackends.column('isBackend', () => true);

  const holder = graph.query(
    'trafficPolicy.holder',
    (target) => byTarget(target).toSorted((a, b) => byAge(age(a)!, age(b)!))[0],
  );

  const judge = (row: string, ref: LocalReference, i: number): Verdict | undefined => {
    const at = `spec.targetRefs[${i}]`;
    const kind = kindOf(ref);
    if (kind === undefined) {
      return no('Invalid', `a ${ref.kind} is nothing that this policy can be about: name a Service or an XBackend`, at);
    }
    const object = `${row.split('/')[0]}/${ref.name}`;
    const isThere = kind === 'Service' ? isService(object) : isBackend(object);
    if (!isThere) return no('TargetNotFound', `there is no usable ${kind} ${object}`, at);
    const other = holder(backendObject(kind, object));
    if (other === row) return undefined;
    return no('Conflicted', `XBackendTrafficPolicy ${other}, which is older, holds for it already`, at);
  };

  return {
    targets: (row) => targets(row) ?? [],
    session: graph.query('trafficPolicy.session', (target: BackendObject) => {
      const row = holder(target);
      const said = row === undefined ? undefined : persistence(row);
      if (row === undefined || !said) return undefined;
      const origin = { object: keyOf(row), path: 'spec.sessionPersistence' };
      return { ...fromSessionPersistence(said, undefined, `${row}#${target}`), origin };
    }),
    retryBudget: graph.query('trafficPolicy.retryBudget', (target: BackendObject) => {
      const row = holder(target);
      const said = row === undefined ? undefined : constraint(row);
      return row === undefined || !said ? undefined : budgetOf(said, keyOf(row));
    }),
    state: graph.query('trafficPolicy.state', (row): PolicyState | undefined => {
      const policy = policies.get(row);
      if (!policy) return undefined;
      const verdicts = policy.spec.targetRefs.map((ref, i) => judge(row, ref, i));
      // What holds for some of its targets is accepted.
      const accepted = verdicts.every((verdict) => verdict !== undefined) ? (verdicts[0] ?? ACCEPTED) : ACCEPTED;
      return { accepted, resolvedRefs: undefined };
    }),
  };
}

/** Where it says nothing, as the API server would fill it in. */
function budgetOf({ budget, minRetryRate }: RetryConstraint, object: ObjectKey): RetryBudget {
  const { count = 10, interval = '1s' } = minRetryRate ?? {};
  return {
    origin: { object, path: 'spec.retryConstraint' },
    percent: budget?.percent ?? 20,
    alwaysPerSecond: (count * 1000) / gatewayDurationMs(interval),
  };
}

type LocalReference = XBackendTrafficPolicy['spec']['targetRefs'][number];

function kindOf({ group, kind }: LocalReference): 'Service' | 'XBackend' | undefined {
  if (group === '' && kind === 'Service') return 'Service';
  return group === EXPERIMENTAL_GROUP && kind === 'XBackend' ? 'XBackend' : undefined;
}

function targetsOf({ spec, metadata: { namespace } }: XBackendTrafficPolicy): readonly BackendObject[] {
  const all = spec.targetRefs.flatMap((ref) => {
    const kind = kindOf(ref);
    return kind ? [backendObject(kind, `${namespace}/${ref.name}`)] : [];
  });
  return [...new Set(all)];
}

function keyOf(row: string): ObjectKey {
  const [namespace = '', name = ''] = row.split('/');
  return objectKey(EXPERIMENTAL_GROUP, 'XBackendTrafficPolicy', namespace, name);
}
