import type { RawObject } from '../../../src/api/index.ts';

/**
 * What users wrote, read by somebody who gives nobody more than is written: a part that cannot be read allows nothing.
 * Knows no schema of pharos.
 */
export type Written = Readonly<Record<string, unknown>>;

/** Not a map: undefined. Without a value is absent, as for the API server. */
export function map(value: unknown): Written | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== null));
}

/** Absent: undefined. Of another type: `unreadable`. */
export function textIn(part: Written, field: string): string | undefined | typeof UNREADABLE {
  const value = part[field];
  return value === undefined || typeof value === 'string' ? value : UNREADABLE;
}

export function numberIn(part: Written, field: string): number | undefined | typeof UNREADABLE {
  const value = part[field];
  return value === undefined || Number.isInteger(value) ? (value as number | undefined) : UNREADABLE;
}

/** Absent: empty. */
export function listIn(part: Written, field: string): readonly unknown[] | typeof UNREADABLE {
  const value = part[field] ?? [];
  return Array.isArray(value) ? value : UNREADABLE;
}

export const UNREADABLE = Symbol('unreadable');

/** Whether a part has a field that is none of its: perhaps one that is missing. */
export function hasOther(part: Written, fields: readonly string[]): boolean {
  return Object.keys(part).some((key) => !fields.includes(key));
}

/** Whether a field that is not there may be meant by one that nobody knows, and that is not plainly another one. */
export function mayBeMeant(missing: string, part: Written, fields: readonly string[]): boolean {
  if (part[missing] !== undefined) return false;
  const others = fields.filter((field) => field !== missing);
  return Object.keys(part).some((key) => !fields.includes(key) && !others.some((field) => lacksLetter(key, field)));
}

function lacksLetter(key: string, field: string): boolean {
  return [...field].some((_, i) => field.slice(0, i) + field.slice(i + 1) === key);
}

export function specOf(object: RawObject): Written {
  return map(object['spec']) ?? {};
}

export function namespaceOf({ metadata }: RawObject): string {
  return metadata.namespace ?? 'default';
}

export function rowOf(object: RawObject): string {
  return `${namespaceOf(object)}/${object.metadata.name}`;
}

/** What a reference names; undefined if it cannot be read, or has a field that no such reference has. */
export function referenceIn(
  value: unknown,
  defaults: { readonly group: string; readonly kind: string; readonly namespace: string },
  others: readonly string[] = [],
): { readonly group: string; readonly kind: string; readonly namespace: string; readonly name: string } | undefined {
  const part = map(value);
  if (!part || hasOther(part, ['group', 'kind', 'namespace', 'name', ...others])) return undefined;
  const read = (['group', 'kind', 'namespace', 'name'] as const).map((field) => textIn(part, field));
  if (read.includes(UNREADABLE)) return undefined;
  const [group, kind, namespace, name] = read as (string | undefined)[];
  if (name === undefined) return undefined;
  return {
    ...defaults,
    name,
    ...(group !== undefined && { group }),
    ...(kind && { kind }),
    ...(namespace && { namespace }),
  };
}
