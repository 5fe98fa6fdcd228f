import { isDeepStrictEqual } from 'node:util';
import type { Change, ObjectKey, Problem, RawObject } from '../api/index.ts';
import type { Definition } from './documents.ts';
import type { Locator } from './locate.ts';
import { definedTwice } from './problems.ts';

/** Who defines what. Of two definitions of one object the first by file name, then by position in the file, counts. */
export interface Definitions {
  readonly of: (file: string) => readonly Definition[];
  /** Replaces all that a file defines. */
  readonly replace: (file: string, definitions: readonly Definition[]) => void;
  /** What became different since the last time, and the files whose second definitions may be others now. */
  readonly settle: () => { readonly changes: readonly Change[]; readonly files: ReadonlySet<string> };
  /** One problem for each definition in a file that another one is before. */
  readonly duplicates: (file: string) => readonly Problem[];
}

export function createDefinitions(locate: Locator): Definitions {
  const byFile = new Map<string, readonly Definition[]>();
  const byKey = new Map<ObjectKey, readonly Definition[]>();
  const told = new Map<ObjectKey, RawObject>();
  let touched = new Set<ObjectKey>();

  const of = (file: string): readonly Definition[] => byFile.get(file) ?? [];
  const winner = (key: ObjectKey): Definition | undefined => byKey.get(key)?.[0];

  const replace = (file: string, definitions: readonly Definition[]): void => {
    const keys = new Set([...of(file), ...definitions].map((definition) => definition.key));
    if (definitions.length > 0) byFile.set(file, definitions);
    else byFile.delete(file);
    for (const key of keys) {
      const others = (byKey.get(key) ?? []).filter((definition) => definition.spot.file !== file);
      byKey.set(key, others);
      touched.add(key);
    }
    for (const definition of definitions)
      byKey.set(definition.key, inOrder([...byKey.get(definition.key)!, definition]));
  };

  const settle = (): ReturnType<Definitions['settle']> => {
    const keys = [...touched].sort();
    touched = new Set();
    const files = new Set(keys.flatMap((key) => byKey.get(key)!.map((definition) => definition.spot.file)));
    return { changes: keys.flatMap(changeOf), files };
  };

  const changeOf = (key: ObjectKey): Change[] => {
    const now = winner(key);
    const before = told.get(key);
    if (now === undefined) {
      byKey.delete(key);
      return told.delete(key) ? [{ kind: 'delete', key }] : [];
    }
    if (before !== undefined && isDeepStrictEqual(before, now.object)) return [];
    told.set(key, now.object);
    return [{ kind: 'upsert', key, object: now.object, locate: (path, atKey) => locateNow(key, path, atKey) }];
  };

  // Asks at the moment of asking, so that a line may move without a word to anybody.
  const locateNow = (key: ObjectKey, path: string, atKey?: boolean) => {
    const definition = winner(key);
    return definition && locate(definition.spot, path, atKey);
  };

  const duplicates = (file: string): readonly Problem[] =>
    of(file)
      .filter((definition) => winner(definition.key) !== definition)
      .map(({ key, spot }) => definedTwice(key, locate(spot, ''), locateNow(key, '')));

  return { of, replace, settle, duplicates };
}

/** Within a file they come in order already, and the sort is stable. */
function inOrder(definitions: readonly Definition[]): readonly Definition[] {
  return definitions.length < 2
    ? definitions
    : definitions.toSorted((a, b) => (a.spot.file < b.spot.file ? -1 : a.spot.file > b.spot.file ? 1 : 0));
}
