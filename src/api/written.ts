import type { Renumbered } from './draft.ts';
import { formatPath, type Path, parsePath } from './path.ts';

/**
 * Where a place of a parsed object was written. They differ only if list elements before it were left out as broken:
 * `spec.http[0]` of the value may be the user's `spec.http[1]`. Ask this when making an Origin or a Problem.
 */
export function writtenPath(object: { readonly renumbered?: Renumbered }, path: string): string {
  return object.renumbered ? formatPath(writtenSteps(object, parsePath(path))) : path;
}

export function writtenSteps(object: { readonly renumbered?: Renumbered }, path: Path): Path {
  const { renumbered } = object;
  if (!renumbered) return path;
  return path.map((step, i) =>
    typeof step === 'number' ? (renumbered[formatPath(path.slice(0, i))]?.[step] ?? step) : step,
  );
}
