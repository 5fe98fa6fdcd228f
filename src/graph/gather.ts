import { deal, dealParts, type Shares } from '../lib/shares.ts';
import type { Graph, Query } from './graph.ts';

export interface Gathering<V> {
  /** The families of a scope. */
  readonly families: Query<readonly string[]>;
  /** What a family contributes in a scope: values by name. */
  readonly read: (scope: string, family: string) => Iterable<readonly [name: string, value: V]>;
  /** The family that a name belongs to. */
  readonly familyOf: (name: string) => string;
}

/**
 * Gathers what all families of a scope contribute, without making one reader that has read everything: a change in one
 * value is gathered again in its share only.
 */
export function gather<V>(graph: Graph, name: string, { families, read, familyOf }: Gathering<V>): Query<Shares<V>> {
  const dealt = graph.query(`${name}.dealt`, (scope) => deal(families(scope)));
  const hand = graph.query(`${name}.hand`, (id) => {
    const [scope, i] = parse(id);
    return dealt(scope)[i]!;
  });
  const gathered = (scope: string, some: readonly string[]): ReadonlyMap<string, V> =>
    new Map(some.flatMap((family) => [...read(scope, family)]));

  // Of large shares only: most meshes are small, and every cell is memory.
  const partHand = graph.query(`${name}.part.hand`, (id) => {
    const [share, i] = parse(id);
    return dealParts(hand(share))[i]!;
  });
  const part = graph.query(`${name}.part`, (id) => {
    const [share] = parse(id);
    const [scope] = parse(share);
    return gathered(scope, partHand(id));
  });
  const share = graph.query(`${name}.share`, (id) => {
    const [scope] = parse(id);
    const hands = dealParts(hand(id));
    return hands.length === 1 ? [gathered(scope, hands[0]!)] : hands.map((_, i) => part(`${id}#${i}`));
  });
  return graph.query(name, (scope) => ({ familyOf, shares: dealt(scope).map((_, i) => share(`${scope}#${i}`)) }));
}

function parse(id: string): [scope: string, i: number] {
  const i = id.lastIndexOf('#');
  return [id.slice(0, i), Number(id.slice(i + 1))];
}
