/** Where something stands inside an object: keys and list positions, from the outside in. */
export type Path = readonly (string | number)[];

/** `spec.http[2].match`, and `metadata.labels["app.kubernetes.io/name"]` where a key is not a plain word. */
export function formatPath(path: Path): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else if (!PLAIN.test(step)) text += `[${JSON.stringify(step)}]`;
    else text += text ? `.${step}` : step;
  }
  return text;
}

/** The other way round. What is no path (`a..b`) gives the steps that can be read. */
export function parsePath(text: string): Path {
  return [...text.matchAll(STEP)].map(([, index, quoted, word]) => {
    if (index !== undefined) return Number(index);
    return quoted === undefined ? word! : (JSON.parse(quoted) as string);
  });
}

const PLAIN = /^[A-Za-z_][\w-]*$/;
const STEP = /\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]|([^.[\]]+)/g;

/**
 * A family of paths: `spec.http[].match` is every http route's match, `spec.ports.*` every entry of a map.
 * A pattern also stands for everything inside what it names.
 */
export type PathPattern = string;

/** A pattern taken apart: `*` for any list position or any key of a map. */
export type Steps = readonly string[];

export function stepsOf(pattern: PathPattern): Steps {
  return pattern === '' ? [] : pattern.replaceAll('[]', '.*').split('.');
}

/** Whether a path is what the pattern names, or lies inside it. */
export function isWithin(path: Path, steps: Steps): boolean {
  return steps.length <= path.length && steps.every((step, i) => step === '*' || step === path[i]);
}

/** Every place in a value that a pattern names and that is there. */
export function* placesOf(value: unknown, steps: Steps, at: Path = []): Generator<Path> {
  if (value === undefined) return;
  const step = steps[at.length];
  if (step === undefined) yield at;
  else if (step !== '*') yield* placesOf(childOf(value, step), steps, [...at, step]);
  else for (const key of keysOf(value)) yield* placesOf(childOf(value, key), steps, [...at, key]);
}

/** What stands at a path, or undefined. */
export function valueAt(value: unknown, path: Path): unknown {
  return path.reduce(childOf, value);
}

/** Own properties only: a key may be called `constructor`. */
export function childOf(value: unknown, key: string | number): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  return (value as Record<string | number, unknown>)[key];
}

function keysOf(value: unknown): (string | number)[] {
  if (Array.isArray(value)) return [...value.keys()];
  return typeof value === 'object' && value !== null ? Object.keys(value) : [];
}
