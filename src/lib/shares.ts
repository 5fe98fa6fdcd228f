/**
 * A set of values by name, dealt into shares, so that two versions of a large set differ in few shares. Immutable:
 * a share that did not change is the same object in both versions.
 *
 * Names that are made together stay together: `familyOf('outbound|80|v2|cart.shop')` may be `cart.shop`, and all names
 * of one family lie in one share.
 */
export interface Shares<V> {
  readonly familyOf: (name: string) => string;
  readonly maps: readonly ReadonlyMap<string, V>[];
}

/** 64 keeps a share of 1,000 names at 16 entries, and a walk over all shares short. */
const SHARES = 64;

/** Deals families into as many hands as there are shares. */
export function deal(families: readonly string[]): readonly (readonly string[])[] {
  const hands: string[][] = Array.from({ length: SHARES }, () => []);
  for (const family of families) hands[shareOf(family)]!.push(family);
  return hands;
}

/** Small sets have few values and many empty shares. */
const NO_VALUES = new Map<string, never>();

/** Shares of a few values that are already at hand. */
export function sharesOf<V>(values: Iterable<readonly [string, V]>, familyOf = itself): Shares<V> {
  const maps: ReadonlyMap<string, V>[] = Array(SHARES).fill(NO_VALUES);
  for (const [name, value] of values) {
    const i = shareOf(familyOf(name));
    maps[i] = new Map([...maps[i]!, [name, value]]);
  }
  return { familyOf, maps };
}

export function lookup<V>(shares: Shares<V>, name: string): V | undefined {
  return shares.maps[shareOf(shares.familyOf(name))]!.get(name);
}

export function sizeOf(shares: Shares<unknown>): number {
  return shares.maps.reduce((total, share) => total + share.size, 0);
}

export function* entriesOf<V>(shares: Shares<V>): Generator<readonly [string, V]> {
  for (const share of shares.maps) yield* share;
}

/** What became different, and what is gone. Costs as much as the shares that differ. Both sides must have one `familyOf`. */
export function difference<V>(before: Shares<V> | undefined, after: Shares<V>): { changed: V[]; removed: string[] } {
  const changed: V[] = [];
  const removed: string[] = [];
  after.maps.forEach((share, i) => {
    const old = before?.maps[i];
    if (old === share) return;
    for (const [name, value] of share) if (old?.get(name) !== value) changed.push(value);
    for (const name of old?.keys() ?? []) if (!share.has(name)) removed.push(name);
  });
  return { changed, removed };
}

function itself(name: string): string {
  return name;
}

/** The share that a family lies in, counting from 0. FNV-1a. */
export function shareOf(family: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < family.length; i++) h = Math.imul(h ^ family.charCodeAt(i), 0x01000193);
  return (h >>> 0) % SHARES;
}
