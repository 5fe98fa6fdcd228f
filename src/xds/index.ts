/**
 * The xDS protocol: what to send to a proxy, and when.
 *
 *   in   resources in sets, requests of proxies, "perhaps something changed"
 *   out  responses as bytes, and events: sent, accepted, rejected, cleared, converged
 *
 * Subscriptions are values with pure steps; Stream drives them. Knows nothing of the mesh, of views, of gRPC.
 */
export { type Budget, createBudget } from './budget.ts';
export type { DeltaRequest } from './delta.ts';
export type { SotwRequest } from './sotw.ts';
export { type Sets, Stream, type StreamOptions, type Wire } from './stream.ts';
export type { StreamEvent, TypeStatus } from './stream-event.ts';
export type { Protocol, Rejection } from './subscription.ts';
export { createTurns, type Turns } from './turns.ts';
