import {
  deltaFrame,
  encodeDeltaDiscoveryResponse,
  encodeDiscoveryResponse,
  sotwFrame,
  typeUrlOf,
} from '../proto/index.ts';
import type { Plan } from './plan.ts';
import { listed, versionOf } from './sotw.ts';
import type { Push } from './subscription.ts';

/** A response in bytes. The same for every proxy that is at the same plan with the same nonce, and then one Buffer. */
export function encodeResponse(push: Push): Buffer {
  const { subscription, plan, nonce } = push;
  // Empty sets of two types are one set, and lead to one plan.
  const key = `${subscription.protocol} ${subscription.type} ${nonce}`;
  const known = encoded.get(plan)?.get(key)?.deref();
  if (known) return known;
  const bytes = encode(push);
  const byKey = encoded.get(plan) ?? new Map<string, WeakRef<Buffer>>();
  encoded.set(plan, byKey.set(key, new WeakRef(bytes)));
  keep(bytes);
  return bytes;
}

function encode({ subscription, plan, nonce }: Push): Buffer {
  const typeUrl = typeUrlOf(subscription.type);
  if (subscription.protocol === 'delta') {
    const { removed, resources } = plan;
    return encodeDeltaDiscoveryResponse({
      systemVersion: '',
      typeUrl,
      nonce,
      frames: resources.map(deltaFrame),
      removed,
    });
  }
  const frames = listed(subscription, plan).map(sotwFrame);
  return encodeDiscoveryResponse({ versionInfo: versionOf(plan.after), typeUrl, nonce, frames });
}

const encoded = new WeakMap<Plan, Map<string, WeakRef<Buffer>>>();

/** The last ones are held while many proxies ask for the same; nobody holds them for longer. */
const KEPT_BYTES = 16 * 1024 * 1024;
const KEPT_RESPONSES = 64;
const kept: Buffer[] = [];
let keptBytes = 0;

function keep(bytes: Buffer): void {
  kept.push(bytes);
  keptBytes += bytes.length;
  while (kept.length > KEPT_RESPONSES || (keptBytes > KEPT_BYTES && kept.length > 1)) keptBytes -= kept.shift()!.length;
}
