/** A sentence about what is not as expected; none if it is. */
export function differs<T>(
  what: string,
  expected: T,
  actual: unknown,
  isSo: (expected: unknown, actual: unknown) => boolean = isSame,
): readonly string[] {
  return isSo(expected, actual) ? [] : [`${what}: ${show(expected)}, not ${show(actual)}`];
}

/** A text; `*` is any text but none, and null is none. */
export function isLike(expected: unknown, actual: unknown): boolean {
  return expected === '*' ? Boolean(actual) : expected === (actual ?? null);
}

/** Every member of the one is so in the other; null: it is not there. */
export function isWithin(expected: unknown, actual: unknown): boolean {
  if (expected === undefined) return true;
  if (expected === null) return actual === undefined;
  if (typeof expected !== 'object') return isLike(expected, actual);
  const members = (actual ?? {}) as Readonly<Record<string, unknown>>;
  return Object.entries(expected).every(([key, value]) => isWithin(value, members[key]));
}

function isSame(expected: unknown, actual: unknown): boolean {
  return JSON.stringify(expected) === JSON.stringify(actual);
}

function show(value: unknown): string {
  return JSON.stringify(value) ?? 'nothing';
}
