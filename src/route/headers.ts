import type { HttpHeaderOperations, HttpHeaders } from '../api/index.ts';
import type { HeaderChanges, HeaderEdit } from './route.ts';

/**
 * Changes of headers, in one order. Pseudo headers and Host cannot be changed like others; Host has a way of its own,
 * `hostFrom`.
 */
export function fromHeaders(headers: HttpHeaders | undefined): HeaderChanges | undefined {
  if (!headers) return undefined;
  const changes = { request: edit(headers.request), response: edit(headers.response) };
  return isEmpty(changes.request) && isEmpty(changes.response) ? undefined : changes;
}

/** The host that header changes ask for: `set` before `add`. */
export function hostFrom(headers: HttpHeaders | undefined): string | undefined {
  return authorityIn(headers?.request?.set) ?? authorityIn(headers?.request?.add);
}

/** Headers that Envoy does not let anybody change, of those that were named. */
export function unchangeable(
  operations: HttpHeaderOperations | undefined,
  direction: 'request' | 'response',
): string[] {
  const named = [...Object.keys(operations?.set ?? {}), ...Object.keys(operations?.add ?? {})];
  const settable = (name: string): boolean => direction === 'request' && isAuthority(name);
  return [...named.filter((name) => !settable(name)), ...(operations?.remove ?? [])].filter(isInternal);
}

function edit(operations: HttpHeaderOperations | undefined): HeaderEdit {
  return {
    set: entries(operations?.set),
    add: entries(operations?.add),
    remove: (operations?.remove ?? []).filter((name) => !isInternal(name)),
  };
}

function entries(values: Readonly<Record<string, string>> | undefined): HeaderEdit['set'] {
  return Object.entries(values ?? {})
    .filter(([name]) => !isInternal(name))
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

function isEmpty({ set, add, remove }: HeaderEdit): boolean {
  return set.length === 0 && add.length === 0 && remove.length === 0;
}

function authorityIn(values: Readonly<Record<string, string>> | undefined): string | undefined {
  return Object.entries(values ?? {}).findLast(([name]) => isAuthority(name))?.[1] || undefined;
}

function isAuthority(name: string): boolean {
  return [':authority', 'host'].includes(name.toLowerCase());
}

function isInternal(name: string): boolean {
  return name.startsWith(':') || name.toLowerCase() === 'host';
}
