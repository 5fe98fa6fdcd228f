import type { Verdict } from './gateway-api.ts';

/** It is as it should be. */
export function yes(reason: string, message = ''): Verdict {
  return { ok: true, reason, message };
}

/** It is not; `path` is where the cause is written, in the object that the verdict is about. */
export function no(reason: string, message: string, path?: string): Verdict {
  return { ok: false, reason, message, ...(path !== undefined && { path }) };
}

export const ACCEPTED = yes('Accepted');
export const PROGRAMMED = yes('Programmed');
export const RESOLVED_REFS = yes('ResolvedRefs');
export const NO_CONFLICTS = yes('NoConflicts');
