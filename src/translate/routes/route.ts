import type { Route as RouteMessage } from '../../proto/index.ts';
import type { Forward, Route } from '../../route/index.ts';
import { configPath } from '../names.ts';
import type { Built, Decided } from '../translator.ts';
import { buildDirectResponse, buildRedirect } from './answer.ts';
import { buildFilterConfig } from './filters.ts';
import { buildForward, type HashKeyOf, sharesOf } from './forward.ts';
import { buildHeaderOperations } from './headers.ts';
import { buildMatch } from './match.ts';

/** What a route's message says beyond the route itself. */
export interface RouteSurroundings {
  readonly port: number;
  readonly hashKeyOf: HashKeyOf;
  /** Whether a rule of a user stands behind the route; Istio names none for the default route to a service. */
  readonly ruled: boolean;
}

/**
 * One route, or several where a part of its destinations is broken. Envoy's weighted clusters can only forward, so the
 * broken share is a route of its own in front, which takes that fraction of the requests and answers by itself:
 *
 *   match, 25% of requests  → 500
 *   match                   → the destinations that exist, by their weights
 *
 * No route names a cluster that does not exist.
 */
export function buildRoute(route: Route, around: RouteSurroundings): readonly Built<RouteMessage>[] {
  const { action } = route;
  switch (action.kind) {
    case 'redirect':
      return [built(route, around, { redirect: buildRedirect(action) })];
    case 'direct-response':
      return [built(route, around, { directResponse: buildDirectResponse(action) })];
    case 'forward':
      return [...buildBrokenShares(route, action, around), ...buildForwards(route, action, around)];
  }
}

function buildForwards(route: Route, forward: Forward, around: RouteSurroundings): readonly Built<RouteMessage>[] {
  const shares = sharesOf(forward);
  if (shares.length === 0) return [];
  const single = forward.destinations.length === 1;
  const action = { route: buildForward(route, forward, around.hashKeyOf) };
  const levels = [route.policy.headers, single ? forward.destinations[0]!.headers : undefined];
  const weights = shares.map(({ destination }, i) => ({
    path: single ? 'route.cluster' : `route.weightedClusters.clusters[${i}]`,
    origin: destination.origin,
  }));
  return [built(route, around, action, { levels, decided: weights })];
}

/**
 * Fractions of one request are all drawn from the same random number, as is the choice of a weighted cluster, so the
 * fractions of several routes add up.
 */
function buildBrokenShares(route: Route, forward: Forward, around: RouteSurroundings): readonly Built<RouteMessage>[] {
  const weighted = forward.destinations.filter(({ weight }) => weight > 0 || forward.destinations.length === 1);
  const broken = weighted.flatMap(({ to, ...share }) =>
    to.kind === 'broken' ? [{ ...share, status: to.status }] : [],
  );
  const total = sum(weighted);
  let taken = 0;
  return [...Map.groupBy(broken, ({ status }) => status)].map(([status, shares]) => {
    taken += sum(shares);
    const action = { directResponse: buildDirectResponse({ status, body: undefined }) };
    const decided = shares.map(({ origin }) => ({ path: 'directResponse', origin }));
    // A fraction is asked for only where something is left for others.
    const fraction = taken === total ? undefined : Math.round((taken / total) * MILLION);
    return built(route, around, action, { fraction, decided });
  });
}

function sum(shares: readonly { readonly weight: number }[]): number {
  return shares.reduce((total, { weight }) => total + weight, 0);
}

const MILLION = 1_000_000;

type ActionMessage = Pick<RouteMessage, 'route' | 'redirect' | 'directResponse'>;

interface Extras {
  readonly levels?: Parameters<typeof buildHeaderOperations>[0];
  readonly decided?: readonly Decided[];
  /** How many of a million requests the route takes; undefined: all. */
  readonly fraction?: number | undefined;
}

function built(
  route: Route,
  around: RouteSurroundings,
  action: ActionMessage,
  extras: Extras = {},
): Built<RouteMessage> {
  const { origin, policy } = route;
  const match = buildMatch(route.match);
  const fraction = extras.fraction !== undefined && {
    runtimeFraction: { defaultValue: { numerator: extras.fraction, denominator: 'MILLION' as const } },
  };
  const message: RouteMessage = {
    name: route.name,
    match: { ...match, ...fraction },
    ...action,
    metadata: around.ruled ? { filterMetadata: { istio: { config: configPath(origin.object) } } } : undefined,
    decorator: { operation: operationOf(route, action, around) },
    typedPerFilterConfig: buildFilterConfig(policy),
    ...buildHeaderOperations(extras.levels ?? [policy.headers]),
    statPrefix: route.statPrefix,
  };
  return { message, decided: [{ path: '', origin }, ...(extras.decided ?? [])] };
}

/** What traces show: the destination and the path, or the rule where there is no single destination. */
function operationOf({ action, match, origin }: Route, message: ActionMessage, { port }: RouteSurroundings): string {
  const path = pathPattern(buildMatch(match));
  const only = message.route?.cluster && action.kind === 'forward' ? action.destinations[0]?.to : undefined;
  if (only?.kind === 'service') return `${only.host}:${only.port}${path}`;
  return `${origin.object.split('/').at(-1)}:${port}${path}`;
}

function pathPattern({ prefix, pathSeparatedPrefix, path, safeRegex }: NonNullable<RouteMessage['match']>): string {
  if (prefix !== undefined) return `${prefix}*`;
  return path ?? safeRegex?.regex ?? (pathSeparatedPrefix === undefined ? '/*' : `${pathSeparatedPrefix}/*`);
}
