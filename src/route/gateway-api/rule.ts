import type { HttpRouteFilter, SessionPersistence } from '../../api/index.ts';
import { originAt, type Position } from '../position.ts';
import type { Action, HeaderChanges, Match, PathMatch, RoutePolicy } from '../route.ts';
import { type FilteredBackend, failing, fromBackendRefs } from './destinations.ts';
import { type Effects, fromFilters } from './filters.ts';
import type { Around } from './listening.ts';
import type { Ranked } from './precedence.ts';
import { fromSessionPersistence } from './session.ts';

/** What the rules of an HTTPRoute and of a GRPCRoute have in common. */
interface Rule {
  readonly name?: string | undefined;
  readonly filters?: readonly HttpRouteFilter[] | undefined;
  readonly backendRefs?: readonly FilteredBackend[] | undefined;
  readonly sessionPersistence?: SessionPersistence | undefined;
}

/** One match of a rule. */
interface RuleMatch {
  readonly match: Match;
  readonly rank: readonly number[];
}

/** The routes of a rule: one for each of its matches, of which there is at least one. */
export function fromRule(
  rule: Rule,
  matches: readonly RuleMatch[],
  settings: RoutePolicy,
  at: Position,
  around: Around,
): readonly Ranked[] {
  return matches.map(({ match, rank }, i): Ranked => {
    const session = rule.sessionPersistence && fromSessionPersistence(rule.sessionPersistence, match.path, wordOf(at));
    // What a rule says of sessions goes before what is said of its backends.
    const { action, policy } = outcomeOf(rule, at, match.path, session ? withoutSessions(around) : around);
    const origin = originAt(at, matches.length === 1 ? '' : `.matches[${i}]`);
    return {
      rank,
      route: {
        name: rule.name,
        origin,
        match,
        action,
        policy: { ...settings, ...policy, ...(session && { session }) },
      },
    };
  });
}

function withoutSessions({ sessionOf, ...around }: Around): Around {
  return around;
}

interface Outcome {
  readonly action: Action;
  readonly policy: RoutePolicy;
}

function outcomeOf(rule: Rule, at: Position, path: PathMatch | undefined, around: Around): Outcome {
  const effects = fromFilters(rule.filters, path, around);
  if ('undoable' in effects) {
    return { action: failing(at, `.filters[${effects.undoable}]`, around), policy: {} };
  }
  if (effects.redirect) return { action: effects.redirect, policy: policyOf(effects, effects.headers) };
  const { forward, headers } = fromBackendRefs(rule.backendRefs, at, path, effects, around);
  return { action: forward, policy: policyOf(effects, headers) };
}

function policyOf({ mirrors, cors, externalAuthorization }: Effects, headers: HeaderChanges | undefined): RoutePolicy {
  return {
    ...(mirrors.length > 0 && { mirrors }),
    ...(headers && { headers }),
    ...(cors && { cors }),
    ...(externalAuthorization && { externalAuthorization }),
  };
}

function wordOf({ object, path }: Position): string {
  return `${object}#${path}`;
}
