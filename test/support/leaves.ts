import type { Change } from '../../src/api/index.ts';
import { childOf, type Path } from '../../src/api/path.ts';

type RawObject = Extract<Change, { kind: 'upsert' }>['object'];

/** Who an object is; what it says is all the rest. */
const ABOUT: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'metadata']);

/** Every place of an object's body where nothing more lies below; an empty list or map is one too. */
export function leavesIn(object: RawObject): readonly Path[] {
  return Object.keys(object)
    .filter((key) => !ABOUT.has(key))
    .flatMap((key) => [...walk(object[key], [key])]);
}

/** A copy without one leaf. A list closes up. */
export function withoutLeaf(object: RawObject, path: Path): RawObject {
  const copy = structuredClone(object);
  const parent = path.slice(0, -1).reduce(childOf, copy as unknown);
  const last = path.at(-1)!;
  if (Array.isArray(parent)) parent.splice(last as number, 1);
  else delete (parent as Record<string, unknown>)[last];
  return copy;
}

function* walk(value: unknown, at: Path): Generator<Path> {
  const entries = Array.isArray(value) ? [...value.entries()] : isMap(value) ? Object.entries(value) : [];
  if (entries.length === 0) yield at;
  for (const [key, child] of entries) yield* walk(child, [...at, key]);
}

function isMap(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
