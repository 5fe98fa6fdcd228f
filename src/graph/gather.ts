import { deal, type Shares } from '../lib/shares.ts';
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
  const share = graph.query(`${name}.share`, (id) => {
    const [scope] = parse(id);
    return new Map(hand(id).flatMap((family) => [...read(scope, family)]));
  });
  return graph.query(name, (scope) => ({ familyOf, maps: dealt(scope).map((_, i) => share(`${scope}#${i}`)) }));
}

function parse(id: string): [scope: string, share: number] {
  const i = id.lastIndexOf('#');
  return [id.slice(0, i), Number(id.slice(i + 1))];
}
