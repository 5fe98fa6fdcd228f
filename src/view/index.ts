/**
 * The view: what a proxy is, reduced once to a small key.
 *
 *   in   the Node that a proxy sends when it connects
 *   out  Views: the view of each connection, and the view of each id
 *
 * Nobody to the right of this room sees a Node.
 */
export { falseClaim } from './identity.ts';
export type { Node, View, ViewId } from './view.ts';
export { viewFromId, viewId } from './view-id.ts';
export { nodeProblem, type ViewFacts, viewOf } from './view-of.ts';
export { createViews, type Views } from './views.ts';
