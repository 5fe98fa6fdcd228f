import { type KubernetesGateway, type ListenerSet, type ObjectKey, parentOf } from '../../api/index.ts';
import type { Graph, Query } from '../../graph/index.ts';
import { agedBy, byAge } from '../../mesh/index.ts';
import type { Tables } from '../../store/index.ts';
import type { Listener, ListenerSetState, Verdict } from './gateway-api.ts';
import { acceptedWith } from './gateway-verdicts.ts';
import { GATEWAY_GROUP } from './group.ts';
import type { Admits } from './namespaces.ts';
import { no, PROGRAMMED } from './verdict.ts';

export interface ListenerSets {
  /** `namespace/name` of the Gateway that a ListenerSet is for. */
  readonly gatewayOf: Query<string | undefined>;
  /** Of a Gateway: those that it lets in, the oldest first. */
  readonly letIn: Query<readonly string[]>;
}

export function createListenerSets(
  graph: Graph,
  { listenerSets, kubernetesGateways }: Tables,
  admits: Admits,
): ListenerSets {
  const gatewayOf = listenerSets.column('gateway', parentGateway);
  const byGateway = listenerSets.index('byGateway', (set) => [parentGateway(set) ?? ''].filter((row) => row !== ''));
  const age = listenerSets.column('age', ({ metadata }) => agedBy(metadata));
  const allowed = kubernetesGateways.column('allowedListeners', allowedBy);
  const letIn = graph.query('gatewayApi.listenerSets', (row): readonly string[] => {
    const rule = allowed(row);
    if (!rule || rule.from === 'None') return [];
    const own = namespaceOf(row);
    const inside = byGateway(row).filter((set) => admits(rule, own, namespaceOf(set)));
    return inside.toSorted((a, b) => byAge(age(a)!, age(b)!));
  });
  return { gatewayOf, letIn };
}

function parentGateway({ spec, metadata }: ListenerSet): string | undefined {
  const { group, kind, namespace, name } = parentOf(spec.parentRef, metadata.namespace);
  return group === GATEWAY_GROUP && kind === 'Gateway' ? `${namespace}/${name}` : undefined;
}

function allowedBy({ spec }: KubernetesGateway): Parameters<Admits>[0] {
  const { from = 'None', selector } = spec.allowedListeners?.namespaces ?? {};
  return { from, selector };
}

function namespaceOf(row: string): string {
  return row.slice(0, row.indexOf('/'));
}

/** https://gateway-api.sigs.k8s.io/geps/gep-1713/ */
export function listenerSetState(
  key: ObjectKey,
  gateway: { readonly row: string; readonly accepted: Verdict; readonly programmed: Verdict; readonly letsIn: boolean },
  own: readonly Listener[],
): ListenerSetState {
  const state = (accepted: Verdict, programmed: Verdict): ListenerSetState => ({
    key,
    gateway: gateway.row,
    accepted,
    programmed,
  });
  if (!gateway.letsIn) {
    const verdict = no(
      'NotAllowed',
      `Gateway ${gateway.row} takes no ListenerSets of this namespace`,
      'spec.parentRef',
    );
    return state(verdict, verdict);
  }
  if (!gateway.accepted.ok) {
    const message = `Gateway ${gateway.row} is not accepted itself`;
    return state(
      no('ParentNotAccepted', message, 'spec.parentRef'),
      no('ParentNotProgrammed', message, 'spec.parentRef'),
    );
  }
  const accepted = acceptedWith(own);
  if (!accepted.ok) return state(accepted, accepted);
  if (gateway.programmed.ok) return state(accepted, PROGRAMMED);
  return state(
    accepted,
    no('ParentNotProgrammed', `Gateway ${gateway.row} is not programmed itself`, 'spec.parentRef'),
  );
}
