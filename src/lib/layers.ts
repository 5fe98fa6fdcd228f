import { entriesOf, lookup, namesOfFamily, type Shares, sizeOf } from './shares.ts';

/**
 * Sets that together make one, so that who has almost the same as others shares all but a thin layer. Of a family that a
 * layer overrides, the layers after it are not heard, even if it has nothing of that family itself.
 */
export type Layers<V> = readonly Shares<V>[];

export function lookupIn<V>(layers: Layers<V>, name: string): V | undefined {
  for (const layer of layers) {
    const value = lookup(layer, name);
    if (value !== undefined || isOverridden(layer, name)) return value;
  }
  return undefined;
}

export function* entriesIn<V>(layers: Layers<V>): Generator<readonly [string, V]> {
  for (const [i, layer] of layers.entries()) {
    const above = layers.slice(0, i).filter(({ overrides }) => overrides);
    for (const entry of entriesOf(layer)) if (!above.some((other) => isOverridden(other, entry[0]))) yield entry;
  }
}

/** How many names there are. Costs what is overridden, not what there is. */
export function countIn(layers: Layers<unknown>): number {
  const hidden = layers.map((layer, i) => {
    const families = [...overriddenIn(layers.slice(0, i))];
    return families.reduce((total, family) => total + namesOfFamily(layer, family).length, 0);
  });
  return layers.reduce((total, layer, i) => total + sizeOf(layer) - hidden[i]!, 0);
}

/** The names of those families that only one of two sets of layers overrides. */
export function namesUncovered(before: Layers<unknown>, after: Layers<unknown>): readonly string[] {
  const families = overriddenIn(before).symmetricDifference(overriddenIn(after));
  return [...families].flatMap((family) => [...before, ...after].flatMap((layer) => namesOfFamily(layer, family)));
}

function isOverridden({ overrides, familyOf }: Shares<unknown>, name: string): boolean {
  return overrides?.has(familyOf(name)) === true;
}

const NONE: ReadonlySet<string> = new Set();

function overriddenIn(layers: Layers<unknown>): ReadonlySet<string> {
  const sets = layers.flatMap(({ overrides }) => overrides ?? []);
  return sets.length < 2 ? (sets[0] ?? NONE) : new Set(sets.flatMap((set) => [...set]));
}
