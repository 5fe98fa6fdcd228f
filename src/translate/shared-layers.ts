import { type Gathering, type Graph, gather, type Query } from '../graph/index.ts';
import type { Layers } from '../lib/layers.ts';

/** What some scopes see otherwise than the scope that stands for all of them. */
export interface Sharing<V> extends Gathering<V> {
  /** The families that may be other in a scope than in `common(scope)`, or missing in one of them. */
  readonly own: Query<readonly string[]>;
  /** The scope that is gathered for many. */
  readonly common: (scope: string) => string;
}

/**
 * Gathers one layer for all scopes that have it in common, and over it one of the families that a scope sees otherwise:
 * another scope costs what is different there, not the mesh once more.
 */
export function gatherShared<V>(graph: Graph, name: string, { own, common, ...all }: Sharing<V>): Query<Layers<V>> {
  const shared = gather<V>(graph, name, all);
  const families = graph.query(`${name}.own.families`, (scope) => {
    const here = new Set(all.families(scope));
    return own(scope).filter((family) => here.has(family));
  });
  const ownOnly = gather<V>(graph, `${name}.own`, { ...all, families });
  const over = graph.query(`${name}.over`, (scope) => ({ ...ownOnly(scope), overrides: new Set(own(scope)) }));
  return graph.query(`${name}.layers`, (scope): Layers<V> => {
    const below = shared(common(scope));
    return own(scope).length === 0 ? [below] : [over(scope), below];
  });
}
