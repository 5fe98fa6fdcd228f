import type { Origin } from '../../mesh/index.ts';
import type { Route as RouteMessage } from '../../proto/index.ts';
import type { Destination, Forward, Route, WeightedDestination } from '../../route/index.ts';
import { configPath } from '../names.ts';
import type { Built, Decided } from '../translator.ts';
import { buildDirectResponse, buildRedirect } from './answer.ts';
import { buildFilterConfig } from './filters.ts';
import { buildForward, type HashKeyOf } from './forward.ts';
import { buildHeaderOperations } from './headers.ts';
import { buildMatch } from './match.ts';
import { type Part, partsOf } from './parts.ts';

/** What a route's message says beyond the route itself. */
export interface RouteSurroundings {
  readonly port: number;
  readonly hashKeyOf: HashKeyOf;
  /** Whether a rule of a user stands behind the route; Istio names none for the default route to a service. */
  readonly ruled: boolean;
}

/**
 * One route, or several where its destinations cannot stand in one: see ./parts.ts. No route names a cluster that does
 * not exist.
 */
export function buildRoute(route: Route, around: RouteSurroundings): readonly Built<RouteMessage>[] {
  const { action, origin } = route;
  const refusal = refusalOf(route);
  if (refusal !== undefined) return [answered(route, around, refusal, [origin], undefined)];
  switch (action.kind) {
    case 'redirect':
      return [built(route, around, { redirect: buildRedirect(action, route.match.path) })];
    case 'direct-response':
      return [built(route, around, { directResponse: buildDirectResponse(action) })];
    case 'forward':
      return partsOf(action).map((part) => buildPart(route, action, part, around));
  }
}

function buildPart(route: Route, forward: Forward, part: Part, around: RouteSurroundings): Built<RouteMessage> {
  switch (part.kind) {
    case 'broken': {
      const origins = part.destinations.map(({ origin }) => origin);
      return answered(route, around, part.status, origins, part.fraction);
    }
    case 'alone':
      return buildAlone(withOwnPolicy(route, part.destination), forward, part.destination, around, part.fraction);
    case 'weighted': {
      const byWeight = part.destinations;
      const action = { route: buildForward(route, forward, { byWeight }, around.hashKeyOf) };
      const decided = byWeight.map(({ origin }, i) => ({ path: `route.weightedClusters.clusters[${i}]`, origin }));
      return built(route, around, action, { decided, fraction: part.fraction });
    }
  }
}

function buildAlone(
  route: Route,
  forward: Forward,
  destination: WeightedDestination,
  around: RouteSurroundings,
  fraction: number | undefined,
): Built<RouteMessage> {
  const { to, origin, headers, redirect } = destination;
  const refusal = refusalOf(route);
  if (refusal !== undefined) return answered(route, around, refusal, [origin], fraction);
  const levels = [route.policy.headers, headers];
  if (redirect) {
    const decided = [{ path: 'redirect', origin }];
    return built(route, around, { redirect: buildRedirect(redirect, route.match.path) }, { levels, decided, fraction });
  }
  const action = { route: buildForward(route, forward, [destination], around.hashKeyOf) };
  const decided = [{ path: 'route.cluster', origin }];
  return built(route, around, action, { levels, decided, fraction, to });
}

/** What a destination asks for besides the route, or in its place. */
function withOwnPolicy(route: Route, share: WeightedDestination): Route {
  const { mirrors, cors, externalAuthorization, session } = share;
  const policy = {
    ...route.policy,
    ...(mirrors && { mirrors: [...(route.policy.mirrors ?? []), ...mirrors] }),
    ...(cors && { cors }),
    ...(externalAuthorization && { externalAuthorization }),
    ...(session && { session }),
  };
  return { ...route, policy };
}

/** Nobody is let through unasked where there is nobody to ask: the status that is answered. */
function refusalOf({ policy }: Route): number | undefined {
  const to = policy.externalAuthorization?.to;
  return to?.kind === 'broken' ? to.status : undefined;
}

function answered(
  route: Route,
  around: RouteSurroundings,
  status: number,
  origins: readonly Origin[],
  fraction: number | undefined,
): Built<RouteMessage> {
  const action = { directResponse: buildDirectResponse({ status, body: undefined }) };
  const decided = origins.map((origin) => ({ path: 'directResponse', origin }));
  return built(route, around, action, { fraction, decided });
}

type ActionMessage = Pick<RouteMessage, 'route' | 'redirect' | 'directResponse'>;

interface Extras {
  readonly levels?: Parameters<typeof buildHeaderOperations>[0];
  readonly decided?: readonly Decided[];
  /** How many of a million requests the route takes; undefined: all. */
  readonly fraction?: number | undefined;
  /** All that take it are sent there. */
  readonly to?: Destination;
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
    decorator: { operation: operationOf(route, extras.to, around) },
    typedPerFilterConfig: buildFilterConfig(policy),
    ...buildHeaderOperations(extras.levels ?? [policy.headers]),
    statPrefix: route.statPrefix,
  };
  const session = policy.session?.origin;
  const kept = session ? [{ path: 'typedPerFilterConfig', origin: session }] : [];
  return { message, decided: [{ path: '', origin }, ...(extras.decided ?? []), ...kept] };
}

/** What traces show: the destination and the path, or the rule where there is no single destination. */
function operationOf({ match, origin }: Route, to: Destination | undefined, { port }: RouteSurroundings): string {
  const path = pathPattern(buildMatch(match));
  if (to?.kind === 'service') return `${to.host}:${to.port}${path}`;
  return `${origin.object.split('/').at(-1)}:${port}${path}`;
}

function pathPattern({ prefix, pathSeparatedPrefix, path, safeRegex }: NonNullable<RouteMessage['match']>): string {
  if (prefix !== undefined) return `${prefix}*`;
  return path ?? safeRegex?.regex ?? (pathSeparatedPrefix === undefined ? '/*' : `${pathSeparatedPrefix}/*`);
}
