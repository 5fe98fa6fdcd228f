import type { BackendRef, HttpRouteFilter } from '../../api/index.ts';
import { originAt, type Position } from '../position.ts';
import type { Forward, HeaderChanges, PathMatch, WeightedDestination } from '../route.ts';
import { type Effects, fromFilters } from './filters.ts';
import { resolveConflicts } from './header-changes.ts';
import type { Around } from './listening.ts';

/** A backend of a rule, with what is done to its requests only. */
export type FilteredBackend = BackendRef & { readonly filters?: readonly HttpRouteFilter[] | undefined };

/** Where a rule sends requests. What is left for the rule as a whole to change are `headers`. */
export interface Sent {
  readonly forward: Forward;
  readonly headers: HeaderChanges | undefined;
}

/** https://gateway-api.sigs.k8s.io/reference/spec/#httpbackendref */
export function fromBackendRefs(
  refs: readonly FilteredBackend[] | undefined,
  at: Position,
  match: PathMatch | undefined,
  rule: Effects,
  around: Around,
): Sent {
  const weighted = (refs ?? []).map((ref, i) => fromBackendRef(ref, at, `.backendRefs[${i}]`, match, around));
  const sent = weighted.some(({ weight }) => weight > 0) ? weighted : [nowhere(at, around)];
  const settled = resolveConflicts(
    rule.headers,
    sent.map(({ headers }) => headers),
  );
  const destinations = settled ? sent.map((one, i) => ({ ...one, headers: settled[i] })) : sent;
  return { forward: withRewrites(destinations, rule), headers: settled ? undefined : rule.headers };
}

function fromBackendRef(
  ref: FilteredBackend,
  at: Position,
  inside: string,
  match: PathMatch | undefined,
  around: Around,
): WeightedDestination {
  const effects = fromFilters(ref.filters, match, around);
  const weight = ref.weight ?? 1;
  if ('undoable' in effects) return broken(at, `${inside}.filters[${effects.undoable}]`, weight, around);
  const { headers, rewriteHost, rewritePath, redirect, mirrors, cors, externalAuthorization } = effects;
  const session = around.sessionOf?.(ref);
  return {
    to: around.destinationOf(ref),
    weight,
    headers,
    origin: originAt(at, inside),
    ...(rewriteHost !== undefined && { rewriteHost }),
    ...(rewritePath && { rewritePath }),
    ...(redirect && { redirect }),
    ...(mirrors.length > 0 && { mirrors }),
    ...(cors && { cors }),
    ...(externalAuthorization && { externalAuthorization }),
    ...(session && { session }),
  };
}

/** What a backend says itself comes last and holds; the IR would let the rule decide. */
function withRewrites(destinations: readonly WeightedDestination[], rule: Effects): Forward {
  const { rewritePath, rewriteHost } = rule;
  const ownPath = destinations.some((one) => one.rewritePath);
  const ownHost = destinations.some((one) => one.rewriteHost !== undefined);
  return {
    kind: 'forward',
    destinations: destinations.map((one) => ({
      ...(ownPath && rewritePath && { rewritePath }),
      ...(ownHost && rewriteHost !== undefined && { rewriteHost }),
      ...one,
    })),
    rewritePath: ownPath ? undefined : rewritePath,
    rewriteHost: ownHost ? undefined : rewriteHost,
  };
}

/** No backend, or none with a weight: every request fails. */
function nowhere(at: Position, around: Around): WeightedDestination {
  return broken(at, '.backendRefs', 1, around);
}

function broken(at: Position, inside: string, weight: number, { brokenStatus }: Around): WeightedDestination {
  return {
    to: { kind: 'broken', status: brokenStatus },
    weight,
    headers: undefined,
    origin: originAt(at, inside),
  };
}

/** Every request of a rule fails because of what stands at a place in it. */
export function failing(at: Position, inside: string, around: Around): Forward {
  return {
    kind: 'forward',
    destinations: [broken(at, inside, 1, around)],
    rewritePath: undefined,
    rewriteHost: undefined,
  };
}
