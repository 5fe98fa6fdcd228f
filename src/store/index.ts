/**
 * The store: what the sources said, as typed tables.
 *
 *   in   Change[] (every source tells in these words)
 *   out  a table for each kind, the problems found so far, and where each value stands in its file
 *
 * Interprets nothing: no defaults, no merging, no look from one object to another. Knows no source and no file format.
 */
export { createStore, type LocatedProblem, type Store } from './store.ts';
export type { Reader, Tables } from './tables.ts';
