import { gatewayDurationMs, type HttpRouteFilter, type HttpRouteRule } from '../../api/index.ts';
import type { InboundRoute } from '../inbound-route.ts';
import type { Position } from '../position.ts';
import type { Destination, Route } from '../route.ts';
import { fromHttpRule } from './from-http-route.ts';
import type { Around } from './listening.ts';
import type { Ranked } from './precedence.ts';

/** The routes of a rule where requests have arrived. What of it cannot be done fails: its requests are not let by. */
export function fromServerRule(rule: HttpRouteRule, at: Position): readonly Ranked<InboundRoute>[] {
  const { name, matches, filters, backendRefs, timeouts } = rule;
  const isBroken = filters?.some(isUndoableAtServer) || backendRefs?.some(isUnreadable);
  const asked = { ...(name !== undefined && { name }), ...(matches && { matches }) };
  const request = timeouts && shortest([timeouts.request, timeouts.backendRequest]);
  const whole = {
    ...asked,
    ...(filters && { filters }),
    ...(request !== undefined && { timeouts: { request } }),
    backendRefs: [HERE],
  };
  return fromHttpRule(isBroken ? asked : whole, at, AROUND).map(({ rank, route }) => ({
    rank,
    route: arrived(route),
  }));
}

/** A filter that asks or tells somebody else, which nothing does where requests have arrived. */
export function isUndoableAtServer({ requestMirror, externalAuth }: HttpRouteFilter): boolean {
  return requestMirror !== undefined || externalAuth !== undefined;
}

/** Nothing is tried twice, so that both limits are of one try. `0s` is none. */
function shortest(limits: readonly (string | undefined)[]): string | undefined {
  const some = limits.filter((limit) => limit !== undefined).filter((limit) => gatewayDurationMs(limit) > 0);
  return some.toSorted((a, b) => gatewayDurationMs(a) - gatewayDurationMs(b))[0];
}

/** In place of something in the rule that could not be read. */
function isUnreadable({ kind }: { readonly kind?: string | undefined }): boolean {
  return kind === 'Unreadable';
}

const HERE = { name: 'here', port: 1 };
const ARRIVED: Destination = { kind: 'service', host: 'here', port: 1, subset: undefined };

const AROUND: Around = {
  // Nobody knows which port the client has called; its Host says it, and is left as it is.
  listening: { port: 80, secure: false },
  destinationOf: () => ARRIVED,
  brokenStatus: 500,
};

function arrived({ action, ...route }: Route): InboundRoute {
  if (action.kind !== 'forward') return { ...route, action };
  const { destinations, rewritePath, rewriteHost } = action;
  const isHere = destinations.every(({ to }) => to.kind !== 'broken');
  if (isHere) return { ...route, action: { kind: 'deliver', rewritePath, rewriteHost } };
  return { ...route, action: { kind: 'direct-response', status: AROUND.brokenStatus, body: undefined } };
}
