import type { Part, Replacement } from '../cost.ts';

/**
 * Stands in a parsed object in place of a reference in which something is wrong: one to a kind that nobody knows. What
 * needs it fails as with any other unknown kind (requests are answered with 500, connections are closed, a certificate
 * is not believed), and the status says so. Somebody who writes it gets that.
 */
export const UNREADABLE_REFERENCE = { group: 'pharos.dev', kind: 'Unreadable', name: 'unreadable' } as const;

/** Stands in place of hostnames of which none can be read: https://datatracker.ietf.org/doc/html/rfc6761#section-6.4 */
export const UNREADABLE_HOST = 'unreadable.invalid';

/** Stands in place of the name of a target that cannot be read: everything in the namespace may have been meant. */
export const EVERY_TARGET = '*';

/** The same part, with one field made anew. */
export function made(field: string, of: (written: unknown) => unknown): Replacement {
  return { of: (part: Part) => ({ ...part, [field]: of(part[field]) }), made: field };
}
