/**
 * Sources: bring in what users wrote, as raw objects.
 *
 *   in   a directory of YAML and JSON
 *   out  Change[]: objects that came, changed or went, and problems with the text; one batch for each change
 *
 * Looks at the outside of an object only (apiVersion, kind, name, namespace). Knows no kind's fields and nobody who listens.
 */
export { type DirectoryOptions, type DirectorySource, watchDirectory } from './directory.ts';
export { changesOf, loadDirectory } from './load.ts';
export type { Progress } from './tree.ts';
