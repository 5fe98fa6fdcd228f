import type { Remark } from './finding.ts';
import type { Path } from './path.ts';
import { show } from './vocabulary.ts';

/** Elements of a list that have the same name (or number) as one before: the first one holds. */
export function* duplicates<T>(items: readonly T[] | undefined, at: Path, field: keyof T & string): Generator<Remark> {
  const seen = new Set<unknown>();
  for (const [i, item] of (items ?? []).entries()) {
    const name = item[field];
    if (name !== undefined && seen.has(name)) {
      const message = `${field} ${show(name)} is taken by an earlier one of the list`;
      yield { path: [...at, i, field], code: 'duplicate', message };
    }
    seen.add(name);
  }
}
