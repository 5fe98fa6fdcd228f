import type { StringMatcher } from '../../proto/index.ts';

/** Subject alternative names, of whichever type: `spiffe://…` is a URI, `www.example` a DNS name. */
export function exactly(names: readonly string[]): readonly StringMatcher[] {
  return names.map((exact) => ({ exact }));
}

export function startingWith(prefixes: readonly string[]): readonly StringMatcher[] {
  return prefixes.map((prefix) => ({ prefix }));
}
