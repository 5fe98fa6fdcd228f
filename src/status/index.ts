/**
 * Status: what a controller writes into objects of Gateway API, computed from the graph alone.
 *
 *   in   Gateways, routes and policies with the reasons of every decision about them (route, mesh)
 *   out  the status of an object as YAML has it, without times: those are the writer's
 */
export { createStatus } from './create-status.ts';
export type * from './status.ts';
