import { countIn, type Layers } from '../lib/layers.ts';
import { entriesOf, type Shares } from '../lib/shares.ts';
import { weakly } from '../lib/weakly.ts';
import type { Entry } from '../proto/index.ts';
import { type Copy, type Has, hasOf, NO_EXCEPTIONS } from './has.ts';
import { covers, NO_NAMES, type Scope } from './names.ts';
import { find, namesOf, type ResourceSet } from './resource-set.ts';
import { versionOf } from './sotw.ts';
import type { Subscription } from './subscription.ts';

/** What a proxy that comes back says it has. SotW: the version of all. Delta: that of each, by name. */
export type Claim = string | Versions;
type Versions = ReadonlyMap<string, string>;

/** A proxy that comes back and has this set, or a part of it, is not sent that again. */
export function honourClaim(subscription: Subscription, set: ResourceSet): Subscription {
  const { claim, scope } = subscription;
  if (claim === undefined) return subscription;
  const heard = { ...subscription, claim: undefined };
  if (typeof claim !== 'string') return { ...heard, has: hasClaimed(scope, set, claim) };
  const whole = hasOf(scope, set, NO_EXCEPTIONS);
  return versionOf(whole) === claim ? { ...heard, has: whole, owed: false, asked: NO_NAMES } : heard;
}

/**
 * What a proxy has that says these versions, told as what differs from a set: mostly nothing does, and then thousands of
 * names need not be kept for each stream, and streams that have the same share their plans.
 */
function hasClaimed(scope: Scope, set: ResourceSet, versions: Versions): Has {
  const exceptions = new Map<string, Copy | undefined>();
  let known = 0;
  for (const [name, version] of versions) {
    if (!covers(scope, name)) continue;
    const entry = findQuickly(set.layers, name);
    if (entry) known++;
    if (entry?.version !== version) exceptions.set(name, { version });
  }
  for (const name of missing(scope, set, versions, known)) exceptions.set(name, undefined);
  return hasOf(scope, set, exceptions.size > 0 ? exceptions : NO_EXCEPTIONS);
}

/** Names of the set that the proxy did not say. `known`: how many of it it did say. */
function missing(scope: Scope, set: ResourceSet, versions: Versions, known: number): readonly string[] {
  if (!scope.wildcard) return [...scope.names.names].filter((name) => !versions.has(name) && find(set, name));
  return known === countIn(set.layers) ? [] : [...namesOf(set)].filter((name) => !versions.has(name));
}

/** Thousands of proxies that come back ask for thousands of names each: then one large map is worth its making. */
function findQuickly(layers: Layers<Entry>, name: string): Entry | undefined {
  for (const [i, layer] of layers.entries()) {
    const entry = byName(layer).get(name);
    if (entry)
      return layers.slice(0, i).some(({ overrides, familyOf }) => overrides?.has(familyOf(name))) ? undefined : entry;
  }
  return undefined;
}

const byName = weakly((layer: Shares<Entry>): ReadonlyMap<string, Entry> => new Map(entriesOf(layer)));
