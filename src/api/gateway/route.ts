import type { z } from 'zod';
import { oneOf, optional, rule } from '../vocabulary.ts';
import { type ParentReference, parentOf, parentReference } from './references.ts';
import { atMost, wildcardHostname } from './words.ts';

/** What the specs of all routes have in common: https://gateway-api.sigs.k8s.io/reference/spec/#commonroutespec */
export const routeShape = {
  parentRefs: optional(atMost(32, parentReference).check(rule(parentsMistake))),
  /** All: it is attached to Gateways that say so too, without naming them. Absent: None. */
  useDefaultGateways: optional(oneOf(['All', 'None'])),
};

export function hostnames(most: number) {
  return atMost(most, wildcardHostname());
}

/** `implied` is how many matches a rule has without any. */
export function fewMatches<T extends { readonly matches?: readonly unknown[] | undefined }>(
  implied: number,
): z.core.CheckFn<T[]> {
  return rule((rules: T[]) => {
    const total = rules.reduce((sum, { matches }) => sum + (matches?.length ?? implied), 0);
    return total <= MOST_MATCHES
      ? undefined
      : `must have ${MOST_MATCHES} matches at most in all rules together, not ${total}`;
  });
}

const MOST_MATCHES = 128;

/** Somebody who is named more than once is named by different parts, and either always or never by section and port. */
function parentsMistake(refs: readonly ParentReference[]) {
  return refs.flatMap((ref, i) => {
    const others = refs.slice(0, i).filter((other) => whole(other) === whole(ref));
    if (others.some((other) => part(other) === part(ref))) {
      return [{ path: [i], code: 'duplicate', message: 'names the same parent as an earlier one of the list' }];
    }
    if (others.every((other) => fields(other) === fields(ref))) return [];
    const message = 'must name the parts of a parent in one way: each by sectionName, port, or both';
    return [{ path: [i], code: 'conflict', message }];
  });
}

/** The API server does not know the route's namespace from an absent one. */
function whole(ref: ParentReference): string {
  const { group, kind, namespace, name } = parentOf(ref, '');
  return JSON.stringify([group, kind, namespace, name]);
}

function part({ sectionName, port }: ParentReference): string {
  return JSON.stringify([sectionName ?? null, port ?? null]);
}

function fields({ sectionName, port }: ParentReference): string {
  return JSON.stringify([sectionName !== undefined, port !== undefined]);
}
