import type { Finding } from './finding.ts';
import type { Reasons } from './kind.ts';
import { type Path, placesOf, type Steps, stepsOf, valueAt } from './path.ts';
import { writtenSteps } from './written.ts';

/** A function that says where an object uses any of these fields: one notice a field, at its first use. */
export function usesOf(reasons: Reasons, code: string): (value: object) => Finding[] {
  const fields = Object.entries(reasons).map(([pattern, reason]) => ({ ...fieldOf(pattern), reason }));
  return (value) =>
    fields.flatMap(({ steps, values, reason }) => {
      const [first, ...more] = [...placesOf(value, steps)].filter((path) => isMeant(value, path, values));
      if (!first) return [];
      const others = more.length > 0 ? ` (and at ${more.length} more ${more.length > 1 ? 'places' : 'place'})` : '';
      return [{ path: writtenSteps(value, first), severity: 'notice', code, message: `${reason}${others}` }];
    });
}

/** `spec.type=A|B` taken apart. */
export function fieldOf(pattern: string): { steps: Steps; path: string; values: readonly string[] | undefined } {
  const [path = '', values] = pattern.split('=');
  return { steps: stepsOf(path), path, values: values?.split('|') };
}

function isMeant(value: object, path: Path, values: readonly string[] | undefined): boolean {
  if (values === undefined) return true;
  const said = valueAt(value, path);
  return typeof said !== 'object' && values.includes(`${said}`);
}
