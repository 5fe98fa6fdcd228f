import type { Forward, WeightedDestination } from '../../route/index.ts';

/** Destinations that can stand in one route of Envoy, and how many of a million requests they get; undefined: all that are left. */
export type Part = { readonly fraction: number | undefined } & (
  | { readonly kind: 'weighted'; readonly destinations: readonly WeightedDestination[] }
  | { readonly kind: 'alone'; readonly destination: WeightedDestination }
  | { readonly kind: 'broken'; readonly status: number; readonly destinations: readonly WeightedDestination[] }
);

/**
 * Envoy's weighted clusters can only forward, each with its own headers and host. A share that is answered, or has a
 * path, copies or filters of its own, is a route of its own in front, which takes that fraction of the requests:
 *
 *   match, 25% of requests  → 500
 *   match, 40% of requests  → v2, with another path
 *   match                   → the other destinations, by their weights
 *
 * Fractions of one request are all drawn from the same random number, as is the choice of a weighted cluster, so the
 * fractions of several routes add up: each says how many it takes together with those before it.
 */
export function partsOf({ destinations }: Forward): readonly Part[] {
  const [single] = destinations;
  const weighted = destinations.length === 1 ? [{ ...single!, weight: 1 }] : destinations.filter(hasWeight);
  const together = destinations.length === 1 ? [] : weighted.filter((one) => !isBroken(one) && !standsAlone(one));
  const broken = Map.groupBy(weighted.filter(isBroken), ({ to }) => (to.kind === 'broken' ? to.status : 0));
  const others = weighted.filter((one) => !isBroken(one) && !together.includes(one));
  return withFractions([
    ...[...broken].map(([status, all]) => ({ kind: 'broken' as const, status, destinations: all })),
    ...others.map((destination) => ({ kind: 'alone' as const, destination })),
    ...(together.length > 0 ? [{ kind: 'weighted' as const, destinations: together }] : []),
  ]);
}

/** Not as one of several clusters. */
function standsAlone(share: WeightedDestination): boolean {
  const { rewritePath, redirect, mirrors, cors, externalAuthorization, session } = share;
  return [rewritePath, redirect, mirrors, cors, externalAuthorization, session].some((own) => own !== undefined);
}

function isBroken({ to }: WeightedDestination): boolean {
  return to.kind === 'broken';
}

function hasWeight({ weight }: WeightedDestination): boolean {
  return weight > 0;
}

type Without<T> = T extends unknown ? Omit<T, 'fraction'> : never;

function withFractions(parts: readonly Without<Part>[]): readonly Part[] {
  const weights = parts.map((part) => sum('destinations' in part ? part.destinations : [part.destination]));
  const total = weights.reduce((all, weight) => all + weight, 0);
  let taken = 0;
  return parts.map((part, i) => {
    taken += weights[i]!;
    // A fraction is asked for only where something is left for others.
    return { ...part, fraction: taken === total ? undefined : Math.round((taken / total) * MILLION) };
  });
}

function sum(shares: readonly WeightedDestination[]): number {
  return shares.reduce((total, { weight }) => total + weight, 0);
}

const MILLION = 1_000_000;
