/**
 * A set of values by name, dealt into shares, so that two versions of a large set differ in few shares. Immutable:
 * a share that did not change is the same object in both versions.
 *
 * Names that are made together stay together: `familyOf('outbound|80|v2|cart.shop')` may be `cart.shop`, and all names
 * of one family lie in one share.
 */
export interface Shares<V> {
  readonly familyOf: (name: string) => string;
  readonly shares: readonly Share<V>[];
  /** Families for which this set speaks alone where it lies over others, see ./layers.ts. */
  readonly overrides?: ReadonlySet<string>;
}
/** One part, or PARTS of them where there are many families. */
export type Share<V> = readonly ReadonlyMap<string, V>[];

/** 64 keeps a share of 1,000 names at 16 entries, and a walk over all shares short. */
const SHARES = 64;
/** A share of more families than `WHOLE` lies in parts, so that a change costs the same in a set of any size. */
const WHOLE = 32;
const PARTS = 8;

/** Deals families into as many hands as there are shares. */
export function deal(families: readonly string[]): readonly (readonly string[])[] {
  return dealInto(SHARES, families, shareOf);
}

/** Deals the families of one hand into the parts of its share. */
export function dealParts(hand: readonly string[]): readonly (readonly string[])[] {
  return hand.length <= WHOLE ? [hand] : dealInto(PARTS, hand, partOf);
}

function dealInto(count: number, families: readonly string[], placeOf: (family: string) => number): string[][] {
  const hands: string[][] = Array.from({ length: count }, () => []);
  for (const family of families) hands[placeOf(family)]!.push(family);
  return hands;
}

/** Small sets have few values and many empty shares. */
const NO_VALUES: Share<never> = [new Map<string, never>()];

/** Shares of a few values that are already at hand. */
export function sharesOf<V>(values: Iterable<readonly [string, V]>, familyOf = itself): Shares<V> {
  const shares: Share<V>[] = Array(SHARES).fill(NO_VALUES);
  for (const [name, value] of values) {
    const i = shareOf(familyOf(name));
    shares[i] = [new Map([...shares[i]![0]!, [name, value]])];
  }
  return { familyOf, shares };
}

export function lookup<V>({ familyOf, shares }: Shares<V>, name: string): V | undefined {
  const family = familyOf(name);
  return partWith(shares[shareOf(family)]!, family).get(name);
}

export function sizeOf({ shares }: Shares<unknown>): number {
  return shares.reduce((total, share) => total + share.reduce((size, part) => size + part.size, 0), 0);
}

export function* entriesOf<V>({ shares }: Shares<V>): Generator<readonly [string, V]> {
  for (const share of shares) for (const part of share) if (part.size > 0) yield* part;
}

export function namesOfFamily({ familyOf, shares }: Shares<unknown>, family: string): string[] {
  return [...partWith(shares[shareOf(family)]!, family).keys()].filter((name) => familyOf(name) === family);
}

/** What became different, and what is gone. Costs as much as the parts that differ. Both sides must have one `familyOf`. */
export function difference<V>(before: Shares<V> | undefined, after: Shares<V>): { changed: V[]; removed: string[] } {
  const changed: V[] = [];
  const removed: string[] = [];
  after.shares.forEach((share, i) => {
    const old = before?.shares[i];
    if (old === share) return;
    for (const [was, is] of partsThatDiffer(old, share)) {
      for (const [name, value] of is) if (was?.get(name) !== value) changed.push(value);
      for (const name of was?.keys() ?? []) if (!is.has(name)) removed.push(name);
    }
  });
  return { changed, removed };
}

type Part<V> = ReadonlyMap<string, V>;

/** In pairs. A share that has become large or small is compared as a whole. */
function partsThatDiffer<V>(
  before: Share<V> | undefined,
  after: Share<V>,
): readonly (readonly [Part<V> | undefined, Part<V>])[] {
  if (before && before.length !== after.length) return [[whole(before), whole(after)]];
  return after.map((part, i) => [before?.[i], part] as const).filter(([was, is]) => was !== is);
}

function whole<V>(share: Share<V>): Part<V> {
  return new Map(share.flatMap((part) => [...part]));
}

function partWith<V>(share: Share<V>, family: string): Part<V> {
  return share.length === 1 ? share[0]! : share[partOf(family)]!;
}

function itself(name: string): string {
  return name;
}

/** The share that a family lies in, counting from 0. */
export function shareOf(family: string): number {
  return hash(family) % SHARES;
}

function partOf(family: string): number {
  return Math.floor(hash(family) / SHARES) % PARTS;
}

/** FNV-1a, of 32 bits. */
export function hash(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return h >>> 0;
}
