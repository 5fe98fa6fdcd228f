import { weakly } from '../lib/weakly.ts';
import type { Resource } from '../proto/index.ts';
import { covers, type NameSet, NO_SCOPE, type Scope } from './names.ts';
import { EMPTY_SET, find, type ResourceSet } from './resource-set.ts';

/** What a proxy has of one name. After a reconnect it says the version; the bytes only it knows. */
export type Copy = Resource | Claim;
export interface Claim {
  readonly version: string;
  readonly bytes?: undefined;
}

/**
 * What a proxy has of one type: the set it was last sent, as far as it subscribed to it, but for a few exceptions.
 * A name in `exceptions` without a copy is one that the proxy has not got. Proxies in the same state share one object.
 */
export interface Has {
  readonly scope: Scope;
  readonly set: ResourceSet;
  readonly exceptions: Exceptions;
}
export type Exceptions = ReadonlyMap<string, Copy | undefined>;

/** What a proxy should have: the set as far as it subscribes to it, but nothing at a version it has rejected. */
export interface Want {
  readonly scope: Scope;
  readonly set: ResourceSet;
  /** Version by name. */
  readonly rejected: Rejected;
  /** Names that must be answered, whatever the proxy has. */
  readonly asked: NameSet;
}
export type Rejected = ReadonlyMap<string, string>;

export const NO_EXCEPTIONS: Exceptions = new Map();
export const NO_REJECTED: Rejected = new Map();

export const hasOf = weakly((scope: Scope, set: ResourceSet, exceptions: Exceptions): Has => {
  return { scope, set, exceptions };
});

export const wantOf = weakly((scope: Scope, set: ResourceSet, rejected: Rejected, asked: NameSet): Want => {
  return { scope, set, rejected, asked };
});

export const NOTHING: Has = hasOf(NO_SCOPE, EMPTY_SET, NO_EXCEPTIONS);

export function copyOf(has: Has, name: string): Copy | undefined {
  if (!covers(has.scope, name)) return undefined;
  if (has.exceptions.has(name)) return has.exceptions.get(name);
  const entry = find(has.set, name);
  return entry?.version === undefined ? undefined : entry;
}

/** After a proxy gave up a part of its subscription: it has dropped what that part brought. */
export function narrow(has: Has, scope: Scope): Has {
  const exceptions = new Map([...has.exceptions].filter(([name]) => covers(scope, name)));
  return hasOf(scope, has.set, exceptions.size > 0 ? exceptions : NO_EXCEPTIONS);
}
