import type { ObjectKey, RawObject } from './object.ts';
import type { Place, Problem } from './problem.ts';

/**
 * What a source tells the store. Every source (directory, Kubernetes) tells in these words only.
 *
 *   upsert    the object is this now
 *   delete    the object is gone
 *   problems  all that is wrong with one file or object as text, replacing what was said under this `subject` before
 *   synced    everything that existed at the start has been told; sent once
 */
export type Change =
  | { readonly kind: 'upsert'; readonly key: ObjectKey; readonly object: RawObject; readonly locate: Locate }
  | { readonly kind: 'delete'; readonly key: ObjectKey }
  | { readonly kind: 'problems'; readonly subject: string; readonly problems: readonly Problem[] }
  | { readonly kind: 'synced' };

/**
 * Where the value at a path of an object stands, or with `atKey` its key; the nearest existing parent if the path itself
 * is not there. Computed when asked.
 */
export type Locate = (path: string, atKey?: boolean) => Place | undefined;
