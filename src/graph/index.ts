/**
 * The graph: remembers pure functions, and knows what must be computed again.
 *
 *   in   tables that the porches write
 *   out  queries that the interior reads, watches that the server holds
 *
 * Does not know what it remembers. Synchronous; there may be several graphs in one process.
 */
export { equal } from './equal.ts';
export { type Gathering, gather } from './gather.ts';
export { Graph, type Query, type Table, type Watch } from './graph.ts';
