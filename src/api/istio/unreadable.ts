import type { Part } from '../cost.ts';

/**
 * Stands in a parsed AuthorizationPolicy where something was written that cannot be read. Whether a call fits it is not
 * known, so that a rule which lets in takes it for no, and a rule which denies for yes. Somebody who writes it gets that.
 */
export const UNREADABLE = '\0unreadable';

/** The same list, with what cannot be read in the place of each value in which something is wrong. */
export function readableValues(written: unknown, mistake: (value: string) => string | undefined): readonly string[] {
  if (!Array.isArray(written)) return [UNREADABLE];
  return written.map((value: unknown) =>
    typeof value === 'string' && (value === UNREADABLE || mistake(value) === undefined) ? value : UNREADABLE,
  );
}

export function partOf(written: unknown): Part {
  return typeof written === 'object' && written !== null && !Array.isArray(written) ? (written as Part) : {};
}
