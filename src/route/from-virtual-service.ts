import type { HttpMatchRequest, HttpRoute, Labels } from '../api/index.ts';
import { fromDirectResponse, fromRedirect } from './answer.ts';
import type { Caller, Known } from './destination.ts';
import { fromRouteDestinations } from './forward.ts';
import { gatewayName } from './gateway-name.ts';
import { ANY, asksForClaims, fromMatch, isCatchAll } from './match.ts';
import { fromPolicy } from './policy.ts';
import { originAt, type Position } from './position.ts';
import type { Action, Match, Route } from './route.ts';

/** One entry of `spec.http`, with its place. A delegate's entries stand where the root's delegation stood. */
export interface HttpRule {
  readonly http: HttpRoute;
  readonly at: Position;
  /** Where short names of hosts and gateways are at home. */
  readonly namespace: string;
}

/** For whom rules are decided. */
export interface Listening {
  readonly port: number;
  /** The names by which rules mean whoever listens: `mesh`, or those of gateways as `namespace/name`. */
  readonly gateways: readonly string[];
  /** Undefined behind a gateway, where nobody knows who sends. */
  readonly client: { readonly namespace: string | undefined; readonly labels: Labels } | undefined;
  /** TLS ends here. */
  readonly secure: boolean;
}

/**
 * The routes of one VirtualService, in its own order, for one port and kind of client. What comes after a route that
 * takes everything is left out.
 */
export function fromVirtualService(rules: readonly HttpRule[], listening: Listening, known: Known): readonly Route[] {
  const routes: Route[] = [];
  for (const rule of rules) {
    const caller = { ...known, namespace: rule.namespace, port: listening.port };
    for (const { match, inside, name, statPrefix } of matchesOf(rule, listening)) {
      routes.push({
        name: [rule.http.name, name].filter(Boolean).join('.') || undefined,
        origin: originAt(rule.at, inside),
        match,
        action: actionOf(rule, match, listening, caller),
        policy: fromPolicy(rule.http, caller),
        ...(statPrefix && { statPrefix }),
      });
      if (isCatchAll(match)) return routes;
    }
  }
  return routes;
}

/** What HTTP, TLS and TCP matches alike ask of whoever is listening. */
export type SourceMatch = Pick<HttpMatchRequest, 'port' | 'gateways' | 'sourceLabels' | 'sourceNamespace'>;

/** Whether a match can hold for whoever is listening. All that it asks must hold. */
export function concerns(match: SourceMatch, namespace: string, { port, gateways, client }: Listening): boolean {
  if (match.port !== undefined && match.port !== port) return false;
  if (match.gateways?.length && !match.gateways.some((name) => gateways.includes(gatewayName(name, namespace))))
    return false;
  if (match.sourceNamespace && match.sourceNamespace !== client?.namespace) return false;
  return Object.entries(match.sourceLabels ?? {}).every(([key, value]) => client?.labels[key] === value);
}

interface PlacedMatch {
  readonly match: Match;
  /** Where it stands in its rule. */
  readonly inside: string;
  readonly name: string | undefined;
  readonly statPrefix: string | undefined;
}

function matchesOf(rule: HttpRule, listening: Listening): readonly PlacedMatch[] {
  const matches = rule.http.match;
  if (!matches || matches.length === 0) return [{ match: ANY, inside: '', name: undefined, statPrefix: undefined }];
  return matches.flatMap((asked, i) => {
    if (!concerns(asked, rule.namespace, listening)) return [];
    // Only gateways know tokens before they choose a route; elsewhere the match must not become one of something else.
    if (asksForClaims(asked) && listening.client) return [];
    const match = fromMatch(asked);
    const inside = matches.length === 1 ? '' : `.match[${i}]`;
    return [{ match, inside, name: asked.name, statPrefix: asked.statPrefix }];
  });
}

function actionOf({ http, at }: HttpRule, match: Match, listening: Listening, caller: Caller): Action {
  if (http.redirect) return fromRedirect(http.redirect, match.path, listening);
  if (http.directResponse) return fromDirectResponse(http.directResponse);
  // A match may be one of several of its rule; destinations belong to the rule.
  return fromRouteDestinations(http, at, match.path, caller);
}
