/** A query has one key: the two parts of a compound one stand beside a bar, which no name, host or address contains. */
export function splitKey(key: string): readonly [string, string] {
  const bar = key.indexOf('|');
  return [key.slice(0, bar), key.slice(bar + 1)];
}
