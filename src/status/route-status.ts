import { type Metadata, type ParentReference, parentOf } from '../api/index.ts';
import type { Attachment, PolicyAncestor, PolicyState, RouteState } from '../route/index.ts';
import { conditionOf, type Finding } from './finding.ts';
import type { AncestorStatus, ParentStatus } from './status.ts';

/** One entry for each parentRef that is ours: https://gateway-api.sigs.k8s.io/reference/spec/#routeparentstatus */
export function parentStatus(
  attachment: Attachment,
  state: RouteState,
  { parentRefs = [], metadata }: { readonly parentRefs?: readonly ParentReference[]; readonly metadata: Metadata },
  controllerName: string,
): ParentStatus {
  return {
    parentRef: refOf(attachment, parentRefs),
    controllerName,
    conditions: attachmentFindings(attachment, state).map((finding) => conditionOf(finding, metadata)),
  };
}

export function attachmentFindings({ accepted, path }: Attachment, state: RouteState): readonly Finding[] {
  return [
    // Where it may not stand at all comes first.
    { type: 'Accepted', verdict: accepted.ok ? state.accepted : accepted, path: accepted.ok ? '' : path },
    { type: 'ResolvedRefs', verdict: state.resolvedRefs, path: '' },
    ...(state.partiallyInvalid
      ? [{ type: 'PartiallyInvalid', verdict: state.partiallyInvalid, path: '' } as const]
      : []),
  ];
}

/** https://gateway-api.sigs.k8s.io/reference/spec/#policyancestorstatus */
export function ancestorStatus(ancestor: PolicyAncestor, metadata: Metadata, controllerName: string): AncestorStatus {
  return {
    ancestorRef: ancestorRef(ancestor.of),
    controllerName,
    conditions: policyFindings(ancestor).map((finding) => conditionOf(finding, metadata)),
  };
}

export function policyFindings({ accepted, resolvedRefs }: PolicyState): readonly Finding[] {
  return [
    { type: 'Accepted', verdict: accepted, path: '' },
    ...(resolvedRefs ? [{ type: 'ResolvedRefs', verdict: resolvedRefs, path: '' } as const] : []),
  ];
}

/** As the route has it, with the group and kind that the API server writes where it has none. */
function refOf({ index, parent }: Attachment, refs: readonly ParentReference[]): ParentStatus['parentRef'] {
  const ref = refs[index];
  if (!ref) return gatewayRef(parent.key);
  const { group, kind } = parentOf(ref, '');
  return parent.kind === 'Server' ? { group: 'policy.linkerd.io', kind, ...ref } : { group, kind, ...ref };
}

function ancestorRef({ kind, key }: PolicyAncestor['of']): AncestorStatus['ancestorRef'] {
  const [namespace, name] = key.split('/');
  return { group: GROUPS[kind], kind, namespace, name };
}

const GROUPS = { Gateway: 'gateway.networking.k8s.io', Service: '', ServiceEntry: 'networking.istio.io' } as const;

function gatewayRef(key: string): ParentStatus['parentRef'] {
  const [namespace, name] = key.split('/');
  return { group: 'gateway.networking.k8s.io', kind: 'Gateway', namespace, name };
}
