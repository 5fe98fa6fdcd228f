import type { FullParent, ParentReference } from '../gateway/references.ts';
import { parentOf } from '../gateway/references.ts';
import type { KubeObject } from '../object.ts';
import { linkerdParentOf } from './http-route.ts';
import { POLICY } from './policy.ts';

type RouteObject = KubeObject<{ readonly spec: { readonly parentRefs?: readonly ParentReference[] | undefined } }>;

/**
 * The Servers, `namespace/name`, for whose ports an HTTPRoute is, be it Linkerd's or Gateway API's. Who asks what a port
 * lets in and who asks where its requests go must have one answer.
 */
export function serversOfRoute({ key, metadata: { namespace }, spec }: RouteObject): readonly string[] {
  const meaningOf = key.startsWith(`${POLICY.group}/`) ? linkerdParentOf : parentOf;
  const parents = (spec.parentRefs ?? []).map((ref) => meaningOf(ref, namespace));
  return parents.filter((parent) => isServerFor(parent, namespace)).map((to) => `${to.namespace}/${to.name}`);
}

/** Nobody says anything of the Servers of other namespaces, nor of a part of one: it is about a single port. */
export function isServerFor(parent: FullParent, namespace: string): boolean {
  const { port, sectionName } = parent;
  return isServer(parent) && parent.namespace === namespace && port === undefined && sectionName === undefined;
}

export function isServer({ group, kind }: Pick<FullParent, 'group' | 'kind'>): boolean {
  return group === POLICY.group && kind === 'Server';
}
