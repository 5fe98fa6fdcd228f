import { weakly } from '../lib/weakly.ts';
import { narrow } from './has.ts';
import { minus, type NameSet, NO_NAMES, nameSet, scopeOf, union } from './names.ts';
import type { Subscription } from './subscription.ts';

/** What a delta proxy wants more, and what no longer. */
export interface Resubscription {
  readonly subscribe: readonly string[];
  readonly unsubscribe: readonly string[];
}

/** From this size on, two questions are answered one after the other. */
const MANY_NAMES = 500;

/**
 * In a large mesh Envoy asks for the endpoints of each part of its clusters as it gets it. Whether the next question comes
 * before or after the answer to the last is chance; if they were put together, no two proxies would be sent the same bytes.
 */
export function resubscribe(subscription: Subscription, request: Resubscription): Subscription {
  const { subscribe, unsubscribe } = request;
  if (subscribe.length === 0 && unsubscribe.length === 0) return subscription;
  const { waiting, flight, asked } = subscription;
  const isBusy = flight !== undefined || asked.names.size > 0;
  if (waiting.length === 0 && !(isBusy && subscribe.length > MANY_NAMES)) return takeUp(subscription, request);
  return { ...subscription, waiting: [...waiting, { subscribe, unsubscribe }] };
}

/** The next question of a proxy that has been answered all before. */
export function takeNext(subscription: Subscription): Subscription {
  const [next, ...waiting] = subscription.waiting;
  return next ? takeUp({ ...subscription, waiting }, next) : subscription;
}

/** How many names a proxy subscribes to, or has asked to. */
export function namesIn({ scope, waiting }: Subscription): number {
  return waiting.reduce((total, { subscribe }) => total + subscribe.length, scope.names.names.size);
}

/**
 * Every name subscribed to is answered, even if the proxy has it; so is a name given up that `*` still covers.
 * https://www.envoyproxy.io/docs/envoy/latest/api-docs/xds_protocol#unsubscribing-from-resources
 */
function takeUp(subscription: Subscription, request: Resubscription): Subscription {
  const more = explicit(request.subscribe);
  const less = explicit(request.unsubscribe);
  const before = subscription.scope;
  const names = minus(union(before.names, more), less);
  const wildcard = (before.wildcard || request.subscribe.includes('*')) && !request.unsubscribe.includes('*');
  const asked = union(minus(subscription.asked, less), wildcard ? union(more, less) : minus(more, less));
  const next = {
    ...subscription,
    scope: scopeOf(wildcard, names),
    asked,
    owed: subscription.owed || request.subscribe.includes('*'),
  };
  return before.wildcard && !wildcard ? forget(next) : next;
}

/** Without `*` the proxy has dropped all that it did not name, so it must get it again if it says `*` again. */
function forget(subscription: Subscription): Subscription {
  const { scope, flight } = subscription;
  const left = { ...subscription, has: narrow(subscription.has, scope), claim: undefined };
  if (!flight) return left;
  return {
    ...left,
    flight: { ...flight, plan: { ...flight.plan, after: narrow(flight.plan.after, scope) } },
  };
}

/** Long lists that many proxies send are one array: the set is made once for all of them. */
export const explicit = weakly((names: readonly string[]): NameSet => {
  if (names.length === 0) return NO_NAMES;
  return nameSet(names.includes('*') ? names.filter((name) => name !== '*') : names);
});
