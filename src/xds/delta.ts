import type { XdsType } from '../proto/index.ts';
import { minus, nameSet, scopeOf } from './names.ts';
import { explicit, resubscribe } from './resubscribe.ts';
import { accept, openSubscription, type Rejection, reject, type Subscription } from './subscription.ts';

/** https://www.envoyproxy.io/docs/envoy/latest/api-v3/service/discovery/v3/discovery.proto#service-discovery-v3-deltadiscoveryrequest */
export interface DeltaRequest {
  readonly type: XdsType;
  readonly subscribe: readonly string[];
  readonly unsubscribe: readonly string[];
  /** Version by name: what a reconnecting proxy still has. */
  readonly initialVersions: ReadonlyMap<string, string>;
  /** Empty, unless this answers a response. */
  readonly nonce: string;
  readonly error: string | undefined;
}

export interface Received {
  readonly subscription: Subscription;
  readonly verdict: 'accepted' | 'rejected' | 'none';
  readonly rejections: readonly Rejection[];
}

/** A proxy that first lists nothing wants all of these. VirtualHosts: Envoy opens VHDS so, and never names one. */
const WILDCARD_BY_EMPTY: ReadonlySet<XdsType> = new Set(['cds', 'lds', 'vhds']);

/** https://www.envoyproxy.io/docs/envoy/latest/api-docs/xds_protocol#incremental-xds */
export function onDeltaRequest(subscription: Subscription | undefined, request: DeltaRequest): Received {
  if (!subscription) return { subscription: first(request), verdict: 'none', rejections: [] };
  const answered = answer(subscription, request);
  return { ...answered, subscription: resubscribe(answered.subscription, request) };
}

function first(request: DeltaRequest): Subscription {
  const { type, subscribe, unsubscribe, initialVersions } = request;
  const names = minus(explicit(subscribe), explicit(unsubscribe));
  const silent = subscribe.length === 0 && unsubscribe.length === 0;
  const wildcard = silent ? WILDCARD_BY_EMPTY.has(type) : subscribe.includes('*') && !unsubscribe.includes('*');
  const opened = { ...openSubscription(type, 'delta'), scope: scopeOf(wildcard, names) };
  if (initialVersions.size === 0) return { ...opened, asked: names, owed: wildcard };
  // What it still has is not asked for, though Envoy lists it: only what differs is sent.
  const asked = [...names.names].filter((name) => !initialVersions.has(name));
  return { ...opened, asked: nameSet(asked), claim: initialVersions };
}

/** A response that was overtaken says nothing about the one in flight. */
function answer(subscription: Subscription, request: DeltaRequest): Received {
  if (!subscription.flight || request.nonce !== `${subscription.sent}`)
    return { subscription, verdict: 'none', rejections: [] };
  if (request.error === undefined) return { subscription: accept(subscription), verdict: 'accepted', rejections: [] };
  return { ...reject(subscription, request.error), verdict: 'rejected' };
}
