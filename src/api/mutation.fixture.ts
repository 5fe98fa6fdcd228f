import type { RawObject } from './object.ts';
import { formatPath, type Path, valueAt } from './path.ts';
import { kindFor } from './registry.ts';
import { fieldsAt } from './schema-walk.ts';

/** Every place in what an object says. */
export function bodyOf(object: RawObject): Path[] {
  return everyPlace(object).filter(([first]) => !['apiVersion', 'kind', 'metadata'].includes(String(first)));
}

/** Every place in a value, from the outside in. */
function everyPlace(value: unknown, at: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [];
  const keys = Array.isArray(value) ? [...value.keys()] : Object.keys(value);
  return keys.flatMap((key) => {
    const path = [...at, key];
    return [path, ...everyPlace((value as Record<string | number, unknown>)[key], path)];
  });
}

/** The same object with one place changed: a new key, a new value, or neither (gone). */
export function changed(object: RawObject, path: Path, change: { key?: string; value?: unknown } | 'gone'): RawObject {
  // As a file has it: what a fixture uses twice is written twice.
  const copy = JSON.parse(JSON.stringify(object)) as Record<string | number, unknown>;
  const parent = valueAt(copy, path.slice(0, -1)) as Record<string | number, unknown>;
  const old = path.at(-1)!;
  if (change === 'gone') delete parent[old];
  else if (change.key === undefined) parent[old] = change.value;
  else {
    const entries = Object.entries(parent).map(([key, value]) => [key === old ? change.key! : key, value] as const);
    for (const key of Object.keys(parent)) delete parent[key];
    for (const [key, value] of entries)
      Object.defineProperty(parent, key, { value, enumerable: true, configurable: true, writable: true });
  }
  return copy as unknown as RawObject;
}

interface Typo {
  readonly path: Path;
  readonly key: string;
}

/** Every field that a schema knows, as someone might mistype it: once in each way. */
export function typosIn(object: RawObject): Typo[] {
  const { schema } = kindFor(object.apiVersion, object.kind)!;
  return bodyOf(object).flatMap((path) => {
    const fields = fieldsAt(schema, path.slice(0, -1));
    const field = String(path.at(-1));
    if (!fields.includes(field)) return [];
    return misspellings(field).flatMap((key) => (key === '' || fields.includes(key) ? [] : [{ path, key }]));
  });
}

function misspellings(word: string): string[] {
  const at = Math.floor(word.length / 2);
  const without = word.slice(0, at) + word.slice(at + 1);
  const doubled = word.slice(0, at) + word[at] + word.slice(at);
  const swapped = word.slice(0, at - 1) + word[at] + word[at - 1] + word.slice(at + 1);
  const snake = word.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return [...new Set([without, doubled, swapped, snake])].filter((other) => other !== word);
}

/** Wrong wherever something stands: a text for a map, and a map for all else. */
export function nonsenseFor(written: unknown): unknown {
  return typeof written === 'object' && !Array.isArray(written) ? '%%' : { '%%': true };
}

/** The same object with one mistake, in each way that somebody makes one. */
export function* mistakesIn(object: RawObject): Generator<{ readonly at: string; readonly object: RawObject }> {
  for (const { path, key } of typosIn(object)) {
    yield { at: `${formatPath(path)} as ${key}`, object: changed(object, path, { key }) };
  }
  for (const path of bodyOf(object)) {
    const value = nonsenseFor(valueAt(object, path));
    yield { at: `nonsense at ${formatPath(path)}`, object: changed(object, path, { value }) };
  }
}
