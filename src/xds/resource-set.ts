import { entriesIn, type Layers, lookupIn, namesUncovered } from '../lib/layers.ts';
import { difference, entriesOf, type Shares } from '../lib/shares.ts';
import { weakly } from '../lib/weakly.ts';
import type { Entry } from '../proto/index.ts';

/**
 * All resources of one type for one view, as layers that views share. The same layers always make the same object, so
 * `===` means that nothing differs.
 */
export interface ResourceSet {
  readonly layers: Layers<Entry>;
}

export const resourceSet: (layers: Layers<Entry>) => ResourceSet = (layers) => intern(...layers);

const intern = weakly((...layers: Layers<Entry>): ResourceSet => ({ layers }));

export const EMPTY_SET: ResourceSet = resourceSet([]);

export function find(set: ResourceSet, name: string): Entry | undefined {
  return lookupIn(set.layers, name);
}

export function* namesOf(set: ResourceSet): Generator<string> {
  for (const [name] of entriesIn(set.layers)) yield name;
}

/** Names that may differ between two sets: a superset, for a name may have moved from one layer to another. May hold a name twice. */
export const changedNames = weakly((before: ResourceSet, after: ResourceSet): readonly string[] => {
  const old = before.layers.filter((layer) => !after.layers.includes(layer));
  const young = after.layers.filter((layer) => !before.layers.includes(layer));
  const pairs = Array.from({ length: Math.max(old.length, young.length) }, (_, i) => [old[i], young[i]] as const);
  const changed = pairs.flatMap(([from, to]) => {
    if (from && to && from.familyOf === to.familyOf) return changedInLayer(from, to);
    return [...layerNames(from), ...layerNames(to)];
  });
  return [...changed, ...namesUncovered(before.layers, after.layers)];
});

/** Two views that share a layer share its diff. */
const changedInLayer = weakly((before: Shares<Entry>, after: Shares<Entry>): readonly string[] => {
  const { changed, removed } = difference(before, after);
  return [...changed.map((entry) => entry.name), ...removed];
});

function* layerNames(layer: Shares<Entry> | undefined): Generator<string> {
  if (layer) for (const [name] of entriesOf(layer)) yield name;
}
