import type { Cut, Replacement } from './cost.ts';
import { childOf, formatPath, type Path } from './path.ts';

/** Lists of which elements were left out: by path in the value, for each element where it was written. */
export type Renumbered = Readonly<Record<string, readonly number[]>>;

/** A copy of what was written, from which parts are taken away. It remembers where the rest was written. */
export interface Draft {
  readonly value: () => unknown;
  /** Makes the copy before the first cut. False if the copy differs from what was written: look again. */
  readonly firstLook: () => boolean;
  readonly apply: (cuts: readonly Cut[]) => void;
  /** Nothing is to be said about this place any more. */
  readonly markGone: (path: Path) => void;
  /** The same place as the user wrote it. */
  readonly writtenPath: (path: Path) => Path;
  /** Whether a place as written, or something around it, was taken away. */
  readonly isGone: (written: Path) => boolean;
  readonly renumbered: () => Renumbered | undefined;
}

type Parent = Record<string | number, unknown>;

export function createDraft(written: unknown, nullIsAbsent: boolean): Draft {
  let value = written;
  let copied = false;
  const writtenAt = new Map<unknown, number[]>();
  const gone = new Set<string>();

  const firstLook = (): boolean => {
    if (copied) return true;
    copied = true;
    const dropped = { nulls: 0 };
    value = copy(written, nullIsAbsent, dropped);
    return dropped.nulls === 0;
  };

  const writtenPath = (path: Path): Path => {
    let at = value;
    return path.map((step) => {
      const list = at;
      at = childOf(at, step);
      return typeof step === 'number' ? (writtenAt.get(list)?.[step] ?? step) : step;
    });
  };

  const isGone = (path: Path): boolean =>
    gone.size > 0 && path.some((_, i) => gone.has(formatPath(path.slice(0, i + 1))));

  const markGone = (path: Path): void => {
    gone.add(formatPath(writtenPath(path)));
  };

  const apply = (cuts: readonly Cut[]): void => {
    firstLook();
    const lists = new Map<unknown[], { out: Set<number>; written: Path }>();
    // Paths first: they hold until lists close up.
    for (const { unit, becomes } of cuts) markGone(becomes ? [...unit, becomes.made] : unit);
    for (const { unit, becomes } of cuts) {
      const parent = unit.slice(0, -1).reduce(childOf, value) as Parent | unknown[] | undefined;
      const key = unit.at(-1)!;
      if (parent === undefined || parent === null) continue;
      if (becomes) {
        // An element that went with another cut stays away.
        const isGone = Array.isArray(parent) && childOf(parent, key) === undefined;
        if (!isGone) replace(parent as Parent, key, becomes);
      } else if (Array.isArray(parent)) {
        const list = lists.get(parent) ?? { out: new Set(), written: writtenPath(unit.slice(0, -1)) };
        list.out.add(key as number);
        lists.set(parent, list);
      } else delete parent[key];
    }
    for (const [list, { out, written }] of lists) {
      closeUp(list, out);
      // The user did not write an empty list.
      if (list.length === 0) gone.add(formatPath(written));
    }
  };

  const closeUp = (list: unknown[], out: ReadonlySet<number>): void => {
    const places = writtenAt.get(list) ?? [...list.keys()];
    writtenAt.set(
      list,
      places.filter((_, i) => !out.has(i)),
    );
    const rest = list.filter((_, i) => !out.has(i));
    list.splice(0, list.length, ...rest);
  };

  const renumbered = (): Renumbered | undefined => {
    if (writtenAt.size === 0) return undefined;
    const result: Record<string, readonly number[]> = {};
    const visit = (part: unknown, path: Path): void => {
      if (typeof part !== 'object' || part === null) return;
      const places = writtenAt.get(part);
      if (places) result[formatPath(path)] = places;
      if (Array.isArray(part)) for (const [i, item] of part.entries()) visit(item, [...path, i]);
      else for (const [key, item] of Object.entries(part)) visit(item, [...path, key]);
    };
    visit(value, []);
    return result;
  };

  return { value: () => value, firstLook, apply, markGone, writtenPath, isGone, renumbered };
}

function replace(parent: Parent, key: string | number, becomes: Replacement): void {
  const part = childOf(parent, key);
  const usable = typeof part === 'object' && part !== null && !Array.isArray(part);
  parent[key] = becomes.of(usable ? (part as Record<string, unknown>) : {});
}

/** Deeper than any kind goes, and an end for YAML aliases that bite their own tail. */
const DEEPEST = 64;

function copy(value: unknown, nullIsAbsent: boolean, dropped: { nulls: number }, depth = 0): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (depth > DEEPEST) return null;
  if (Array.isArray(value)) return value.map((item) => copy(item, nullIsAbsent, dropped, depth + 1));
  const entries: [string, unknown][] = [];
  for (const [key, item] of Object.entries(value)) {
    if (item === null && nullIsAbsent) dropped.nulls++;
    else entries.push([key, copy(item, nullIsAbsent, dropped, depth + 1)]);
  }
  return Object.fromEntries(entries);
}
