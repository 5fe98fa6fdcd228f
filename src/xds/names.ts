import { weakly } from '../lib/weakly.ts';

/**
 * Names, with one object for each content: 500 streams that subscribe to the same 3,000 names hold one set, and what
 * was computed for it is found again by identity.
 */
export interface NameSet {
  readonly names: ReadonlySet<string>;
}

/** What a proxy subscribes to: everything (`*`), these names, or both. One object for each content. */
export interface Scope {
  readonly wildcard: boolean;
  readonly names: NameSet;
}

export function nameSet(names: Iterable<string>): NameSet {
  const list = Array.isArray(names) ? (names as readonly string[]) : [...names];
  const hash = hashOf(list);
  for (const ref of buckets.get(hash) ?? []) {
    const known = ref.deref();
    if (known && known.names.size === list.length && includes(known, list)) return known;
  }
  const distinct = new Set(list);
  return distinct.size === list.length ? remember(hash, { names: distinct }) : nameSet(distinct);
}

/** Whether a set is exactly these names. The list may hold a name twice. */
export function isExactly(set: NameSet, names: readonly string[]): boolean {
  return names.length >= set.names.size && includes(set, names) && new Set(names).size === set.names.size;
}

export const union = weakly((a: NameSet, b: NameSet): NameSet => {
  if (a.names.size === 0) return b;
  return includes(a, b.names) ? a : nameSet(new Set([...a.names, ...b.names]));
});

export const minus = weakly((a: NameSet, b: NameSet): NameSet => {
  const rest = [...a.names].filter((name) => !b.names.has(name));
  return rest.length === a.names.size ? a : nameSet(rest);
});

export const intersection = weakly((a: NameSet, b: NameSet): NameSet => {
  const both = [...a.names].filter((name) => b.names.has(name));
  return both.length === a.names.size ? a : nameSet(both);
});

export function scopeOf(wildcard: boolean, names: NameSet): Scope {
  return wildcard ? everythingAnd(names) : only(names);
}

const everythingAnd = weakly((names: NameSet): Scope => ({ wildcard: true, names }));
const only = weakly((names: NameSet): Scope => ({ wildcard: false, names }));

export function covers(scope: Scope, name: string): boolean {
  return scope.wildcard || scope.names.names.has(name);
}

/** By content, weakly: a set that no stream holds any more leaves its bucket. */
const buckets = new Map<number, WeakRef<NameSet>[]>();
const forgotten = new FinalizationRegistry((hash: number) => {
  const alive = (buckets.get(hash) ?? []).filter((ref) => ref.deref() !== undefined);
  if (alive.length > 0) buckets.set(hash, alive);
  else buckets.delete(hash);
});

function remember(hash: number, set: NameSet): NameSet {
  buckets.set(hash, [...(buckets.get(hash) ?? []), new WeakRef(set)]);
  forgotten.register(set, hash);
  return set;
}

function includes(set: NameSet, names: Iterable<string>): boolean {
  for (const name of names) if (!set.names.has(name)) return false;
  return true;
}

/** The sum of each name's FNV-1a, since proxies list their names in any order. Content is compared after. */
function hashOf(names: readonly string[]): number {
  let sum = names.length;
  for (const name of names) {
    let h = 0x811c9dc5;
    for (let i = 0; i < name.length; i++) h = Math.imul(h ^ name.charCodeAt(i), 0x01000193);
    sum = (sum + (h >>> 0)) | 0;
  }
  return sum;
}

export const NO_NAMES: NameSet = nameSet([]);
export const NO_SCOPE: Scope = scopeOf(false, NO_NAMES);
