import type { Graph, Table } from '../graph/index.ts';

/** What was fetched from a `jwksUri`, by that URI. No row: not fetched yet. */
export type KeySets = Table<KeySet>;

export interface KeySet {
  /** The last good one: a JSON Web Key Set as text. Undefined: there never was one. */
  readonly jwks: string | undefined;
  /** Why the last attempt failed: for a Problem. Undefined: it did not. */
  readonly failure: string | undefined;
}

/** Whoever fetches key sets writes this table; nothing on the way of a push ever waits for a fetch. */
export function createKeySets(graph: Graph): KeySets {
  return graph.table<KeySet>('keySets');
}
