import type { Metadata } from '../api/index.ts';

/** What decides between two objects that want the same. */
export interface Aged {
  readonly created: string | undefined;
  readonly namespace: string;
  readonly name: string;
}

/**
 * The oldest first, so that nobody takes from another what that one has; objects of the same age (files have none)
 * by namespace and name. A total order: every tie in the mesh is broken here.
 */
export function byAge(a: Aged, b: Aged): number {
  return time(a.created) - time(b.created) || compare(a.namespace, b.namespace) || compare(a.name, b.name);
}

export function agedBy(metadata: Metadata): Aged {
  return { created: metadata.creationTimestamp, namespace: metadata.namespace, name: metadata.name };
}

/** Plain code unit order, the order in which tables give their keys. */
export function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function time(created: string | undefined): number {
  return Date.parse(created ?? '') || 0;
}
