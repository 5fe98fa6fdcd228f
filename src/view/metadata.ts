import type { Labels } from '../mesh/index.ts';

/** Node metadata is whatever the bootstrap's author wrote: what is malformed counts as not said. */
export type Metadata = Readonly<Record<string, unknown>>;

/** The first of these fields that is a non-empty text. Numbers count: YAML writes `HTTP_PROXY_PORT: 15080`. */
export function textOf(metadata: Metadata, ...fields: readonly string[]): string | undefined {
  for (const field of fields) {
    const value = metadata[field];
    if (typeof value === 'string' && value !== '') return value;
    if (typeof value === 'number') return `${value}`;
  }
  return undefined;
}

/** Istio's agent writes lists as one text with commas; people write lists. */
export function listOf(metadata: Metadata, ...fields: readonly string[]): readonly string[] {
  for (const field of fields) {
    const value = metadata[field];
    if (typeof value === 'string' && value !== '') return value.split(',').map((item) => item.trim());
    if (Array.isArray(value)) return value.filter((item) => typeof item === 'string');
  }
  return [];
}

export function labelsOf(metadata: Metadata, ...fields: readonly string[]): Labels | undefined {
  for (const field of fields) {
    const value = metadata[field];
    if (typeof value !== 'object' || value === null || Array.isArray(value)) continue;
    return Object.fromEntries(Object.entries(value).filter(([, text]) => typeof text === 'string'));
  }
  return undefined;
}

/** A TCP port; undefined if it is not one. */
export function portOf(metadata: Metadata, ...fields: readonly string[]): number | undefined {
  const port = Number(textOf(metadata, ...fields) ?? Number.NaN);
  return Number.isInteger(port) && port >= 0 && port <= 65_535 ? port : undefined;
}
