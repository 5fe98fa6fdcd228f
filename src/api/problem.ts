import type { ObjectKey } from './object.ts';

/**
 * Something wrong with what a user wrote, as data: it is shown, never thrown.
 *
 *   error    something the user asked for does not happen
 *   warning  it happens, but probably not as meant
 *   notice   understood, and not applied by this version of pharos
 */
export interface Problem {
  readonly severity: 'error' | 'warning' | 'notice';
  /** Stable and kebab-case, so that it can be searched for: `unknown-field`, `missing-subset`. */
  readonly code: string;
  /** Undefined when it is about a file that holds no object. */
  readonly object: ObjectKey | undefined;
  /** Where in the object: `spec.http[2].route[0].weight`; empty for the object as a whole. */
  readonly path: string;
  /** The key at `path` is wrong, not its value, so its place is where the key stands. */
  readonly atKey?: true;
  /** What is wrong, with the offending value: `must be between 0 and 100, not 130`. */
  readonly message: string;
  /** What to do about it, where that is known. */
  readonly hint?: string;
  /** Set by whoever knows the file already (an unreadable file); else found from object and path. */
  readonly place?: Place;
}

/** A place in a file; line and column count from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** What is usable of an object and what is not. `value` is undefined only if nothing of it is. */
export interface Parsed<T> {
  readonly value: T | undefined;
  readonly problems: readonly Problem[];
  /** What holds where there is no value and was none before: for kinds whose absence would open what they close. */
  readonly standIn?: T;
}
