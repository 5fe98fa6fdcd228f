import { sizeOf } from '../lib/shares.ts';
import { weakly } from '../lib/weakly.ts';
import type { Resource, XdsType } from '../proto/index.ts';
import { blamed } from './blame.ts';
import type { Claim } from './claim.ts';
import { type Has, NO_EXCEPTIONS, NO_REJECTED, NOTHING, type Rejected, wantOf } from './has.ts';
import { covers, intersection, minus, type NameSet, NO_NAMES, NO_SCOPE, nameSet, type Scope, union } from './names.ts';
import { MAX_MESSAGE_BYTES, type Plan, planOf, type Step } from './plan.ts';
import { EMPTY_SET, find, type ResourceSet, resourceSet } from './resource-set.ts';
import { type Resubscription, takeNext } from './resubscribe.ts';

/**
 * One type on one stream. A value: every step gives a new one.
 * https://www.envoyproxy.io/docs/envoy/latest/api-docs/xds_protocol#xds-protocol-streaming
 */
export interface Subscription {
  readonly type: XdsType;
  readonly protocol: Protocol;
  readonly scope: Scope;
  /** Names that must be answered, whatever the proxy has. */
  readonly asked: NameSet;
  /** What the proxy has said since, to be taken up when all that it asked before is answered. */
  readonly waiting: readonly Resubscription[];
  /** An answer must be given even if it is empty: the proxy waits for it to become ready. */
  readonly owed: boolean;
  readonly has: Has;
  /** What a reconnecting proxy says it has, not yet compared with what there is. */
  readonly claim: Claim | undefined;
  readonly rejected: Rejected;
  /** How many resources at most go into a response. Halved while the cause of a rejection is looked for. */
  readonly limit: number;
  readonly flight: Flight | undefined;
  /** Nonces are counted for each type and stream, so that many streams share the bytes of one response. */
  readonly sent: number;
  readonly acked: number;
  /** What the proxy said when it last rejected a response. Gone with the next one that it accepts. */
  readonly error: string | undefined;
}

export type Protocol = 'sotw' | 'delta';

/** A response on its way: sent, and neither accepted nor rejected. */
export interface Flight {
  readonly plan: Plan;
  readonly asked: NameSet;
}

/** A resource that a proxy would not take. `name` is undefined if a response without resources was rejected. */
export interface Rejection {
  readonly type: XdsType;
  readonly name: string | undefined;
  readonly version: string | undefined;
  readonly error: string;
}

/** A response to send. */
export interface Push {
  readonly subscription: Subscription;
  readonly plan: Plan;
  readonly nonce: string;
}

export function openSubscription(type: XdsType, protocol: Protocol): Subscription {
  return {
    type,
    protocol,
    scope: NO_SCOPE,
    asked: NO_NAMES,
    waiting: [],
    owed: false,
    has: NOTHING,
    claim: undefined,
    rejected: NO_REJECTED,
    limit: Number.POSITIVE_INFINITY,
    flight: undefined,
    sent: 0,
    acked: 0,
    error: undefined,
  };
}

/** SotW knows no "removed" for these: what a response does not hold is gone. */
export function isWhole({ type, protocol }: Subscription): boolean {
  return protocol === 'sotw' && (type === 'cds' || type === 'lds');
}

/** The next response on the way to `set`; or no response, and the subscription is there. One at a time. */
export function nextPush(
  subscription: Subscription,
  set: ResourceSet,
  stage: Step['stage'],
): Push | { readonly subscription: Subscription; readonly plan?: undefined } {
  if (subscription.flight) return { subscription };
  let there = subscription;
  for (const stop of isWhole(subscription) ? [set] : stopsOnTheWay(subscription.has, set)) {
    const plan = planTo(there, stop, stage);
    if (there.owed || isWorthSending(there, plan)) return push(there, plan);
    there = arrive(there, plan);
  }
  return there.waiting.length > 0 ? nextPush(takeNext(there), set, stage) : { subscription: there };
}

function planTo(subscription: Subscription, set: ResourceSet, stage: Step['stage']): Plan {
  const { scope, rejected, asked, has, limit } = subscription;
  const maxBytes = isWhole(subscription) ? Number.POSITIVE_INFINITY : MAX_MESSAGE_BYTES;
  return planOf(has, wantOf(scope, set, rejected, asked), { stage, limit, maxBytes });
}

function push(subscription: Subscription, plan: Plan): Push {
  const sent = subscription.sent + 1;
  const flight = { plan, asked: subscription.asked };
  return { subscription: { ...subscription, owed: false, asked: plan.asked, flight, sent }, plan, nonce: `${sent}` };
}

/** From this size on a response of its own is cheaper than making one for each view. */
const LARGE_LAYER = 100;

/**
 * A proxy that has nothing is sent the large layer that all its neighbours share first, and then what is its own: so
 * the large responses are made once for all of them, and are the same bytes.
 */
function stopsOnTheWay(has: Has, set: ResourceSet): readonly ResourceSet[] {
  const isOnTheWay = has.exceptions !== NO_EXCEPTIONS;
  if (has.set !== EMPTY_SET && !isOnTheWay) return [set];
  const shared = upToLargeLayer(set);
  return shared !== set && has.set === (isOnTheWay ? shared : EMPTY_SET) ? [shared, set] : [set];
}

/** With the layers over it, without which it would say what does not hold here. */
const upToLargeLayer = weakly((set: ResourceSet): ResourceSet => {
  const large = set.layers.findIndex((layer) => !layer.overrides && sizeOf(layer) > LARGE_LAYER);
  return large === -1 ? set : resourceSet(set.layers.slice(0, large + 1));
});

export function accept(subscription: Subscription): Subscription {
  const { flight, sent, limit } = subscription;
  if (!flight) return subscription;
  const landed = { ...subscription, has: flight.plan.after, flight: undefined, acked: sent, error: undefined };
  return { ...landed, limit: flight.plan.done ? Number.POSITIVE_INFINITY : limit * 2 };
}

/**
 * The proxy keeps what it had. What it named is not sent again at this version, and the rest of the response is; if it
 * named nothing it gets the response in halves, until it is clear which resource it does not take.
 */
export function reject(
  subscription: Subscription,
  error: string,
): { subscription: Subscription; rejections: readonly Rejection[] } {
  const { type, flight } = subscription;
  if (!flight) return { subscription, rejections: [] };
  const { resources } = flight.plan;
  if (resources.length === 0) {
    const rejections = [{ type, name: undefined, version: undefined, error }];
    return { subscription: { ...accept(subscription), error }, rejections };
  }
  const named = blamed(error, resources);
  const causes = named.length === 0 && resources.length === 1 ? resources : named;
  const back = {
    ...subscription,
    flight: undefined,
    error,
    asked: union(subscription.asked, minus(flight.asked, namesIn(causes))),
  };
  const next = causes.length > 0 ? withhold(back, causes) : { ...back, limit: Math.ceil(resources.length / 2) };
  return { subscription: next, rejections: causes.map(({ name, version }) => ({ type, name, version, error })) };
}

/** A rejection ends when the resource is another one, or gone. Gives those that end with this set. */
export function retarget(
  subscription: Subscription,
  set: ResourceSet,
): { subscription: Subscription; cleared: readonly string[] } {
  const cleared = [...subscription.rejected]
    .filter(([name, version]) => !covers(subscription.scope, name) || find(set, name)?.version !== version)
    .map(([name]) => name);
  if (cleared.length === 0) return { subscription, cleared };
  const rest = [...subscription.rejected].filter(([name]) => !cleared.includes(name));
  return { subscription: { ...subscription, rejected: rest.length > 0 ? new Map(rest) : NO_REJECTED }, cleared };
}

/** Sends these again, as far as the proxy subscribes to them: it has dropped them, or waits for them anew. */
export function again(subscription: Subscription, names: NameSet): Subscription {
  const wanted = subscription.scope.wildcard ? names : intersection(names, subscription.scope.names);
  return wanted.names.size === 0 ? subscription : { ...subscription, asked: union(subscription.asked, wanted) };
}

function isWorthSending(subscription: Subscription, plan: Plan): boolean {
  if (plan.resources.length > 0) return true;
  return plan.removed.length > 0 && (subscription.protocol === 'delta' || isWhole(subscription));
}

function arrive(subscription: Subscription, plan: Plan): Subscription {
  if (subscription.has === plan.after && subscription.asked === plan.asked) return subscription;
  return { ...subscription, has: plan.after, asked: plan.asked };
}

function withhold(subscription: Subscription, causes: readonly Resource[]): Subscription {
  const rejected = new Map(subscription.rejected);
  for (const { name, version } of causes) rejected.set(name, version);
  return { ...subscription, rejected };
}

function namesIn(resources: readonly Resource[]): NameSet {
  return resources.length === 0 ? NO_NAMES : nameSet(resources.map(({ name }) => name));
}
