import { createHash } from 'node:crypto';
import { weakly } from '../lib/weakly.ts';
import type { Resource, XdsType } from '../proto/index.ts';
import type { Received } from './delta.ts';
import { copyOf, type Has, narrow } from './has.ts';
import { intersection, isExactly, minus, NO_NAMES, nameSet, type Scope, scopeOf, union } from './names.ts';
import type { Plan } from './plan.ts';
import { namesOf } from './resource-set.ts';
import { accept, isWhole, openSubscription, reject, type Subscription } from './subscription.ts';

/** https://www.envoyproxy.io/docs/envoy/latest/api-v3/service/discovery/v3/discovery.proto#service-discovery-v3-discoveryrequest */
export interface SotwRequest {
  readonly type: XdsType;
  /** All names that the proxy wants, each time. */
  readonly names: readonly string[];
  /** Of the last response that the proxy took, maybe on another stream. */
  readonly version: string;
  readonly nonce: string;
  readonly error: string | undefined;
}

const WILDCARD_BY_EMPTY: ReadonlySet<XdsType> = new Set(['cds', 'lds']);

/** https://www.envoyproxy.io/docs/envoy/latest/api-docs/xds_protocol#basic-protocol-overview */
export function onSotwRequest(subscription: Subscription | undefined, request: SotwRequest): Received {
  const isOpening = request.nonce === '' && !subscription?.flight;
  if (!subscription || isOpening)
    return { subscription: first(subscription, request), verdict: 'none', rejections: [] };
  // Overtaken: the proxy will say it all again, with the nonce of what it has not read yet.
  if (request.nonce !== `${subscription.sent}`) return { subscription, verdict: 'none', rejections: [] };
  const answered = answer(subscription, request);
  const isRepeated = answered.verdict === 'none' && request.error === undefined;
  return { ...answered, subscription: resubscribe(answered.subscription, request, isRepeated) };
}

/** All that a proxy has. A response lists it for types where what is not listed is gone. */
export const stateOf = weakly((has: Has): readonly Resource[] => {
  const copies = [...coveredNames(has)].map((name) => copyOf(has, name));
  return copies.filter((copy) => copy?.bytes !== undefined);
});

/** A hash of all that a proxy has, so that it is the same on every pharos and after every restart. */
export const versionOf = weakly((has: Has): string => {
  const lines = [...coveredNames(has)]
    .map((name) => `${name} ${copyOf(has, name)?.version ?? ''}`)
    .filter((line) => !line.endsWith(' '));
  return createHash('sha256').update(lines.sort().join('\n')).digest('base64url').slice(0, 16);
});

/** What a response to a SotW proxy lists. */
export function listed(subscription: Subscription, plan: Plan): readonly Resource[] {
  return isWhole(subscription) ? stateOf(plan.after) : plan.resources;
}

function first(before: Subscription | undefined, request: SotwRequest): Subscription {
  const { type, names, version } = request;
  const scope = scopeFor(undefined, type, names);
  const { sent, acked, rejected } = before ?? openSubscription(type, 'sotw');
  const opened = { ...openSubscription(type, 'sotw'), sent, acked, rejected };
  return {
    ...opened,
    scope,
    asked: scope.names,
    owed: scope.wildcard || names.length > 0,
    claim: version || undefined,
  };
}

function answer(subscription: Subscription, request: SotwRequest): Received {
  if (!subscription.flight) return { subscription, verdict: 'none', rejections: [] };
  if (request.error === undefined) return { subscription: accept(subscription), verdict: 'accepted', rejections: [] };
  return { ...reject(subscription, request.error), verdict: 'rejected' };
}

/**
 * Envoy asks for the same endpoints again when it warms a changed cluster: the request looks like a second ACK. Types
 * that are sent whole are not asked for in this way.
 */
function resubscribe(subscription: Subscription, request: SotwRequest, isRepeated: boolean): Subscription {
  const { scope } = subscription;
  if (hasSameNames(scope, request.names)) {
    const asksAgain = isRepeated && !isWhole(subscription) && scope.names.names.size > 0;
    return asksAgain ? { ...subscription, asked: scope.names, owed: true } : subscription;
  }
  const next = scopeFor(scope, subscription.type, request.names);
  const gained = minus(next.names, scope.names);
  const has = scope.wildcard && !next.wildcard ? narrow(subscription.has, next) : subscription.has;
  const owed = subscription.owed || gained.names.size > 0 || next.wildcard !== scope.wildcard;
  const asked = union(intersection(subscription.asked, next.names), gained);
  return { ...subscription, scope: next, has, asked: isWhole(subscription) ? NO_NAMES : asked, owed };
}

function hasSameNames(scope: Scope, names: readonly string[]): boolean {
  if (!scope.wildcard) return isExactly(scope.names, names);
  if (names.length === 0) return scope.names.names.size === 0;
  return names.includes('*') && isExactly(scope.names, withoutStar(names));
}

/** Empty is everything only until names were given: after that it is nothing. */
function scopeFor(before: Scope | undefined, type: XdsType, names: readonly string[]): Scope {
  if (names.length === 0) return scopeOf(before ? before.wildcard : WILDCARD_BY_EMPTY.has(type), NO_NAMES);
  return scopeOf(names.includes('*'), nameSet(withoutStar(names)));
}

function withoutStar(names: readonly string[]): readonly string[] {
  return names.includes('*') ? names.filter((name) => name !== '*') : names;
}

function coveredNames({ scope, set, exceptions }: Has): ReadonlySet<string> {
  return new Set([...(scope.wildcard ? namesOf(set) : scope.names.names), ...exceptions.keys()]);
}
