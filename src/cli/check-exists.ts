import { statSync } from 'node:fs';
import { UsageError } from './usage-error.ts';

/** A directory that comes and goes is a problem of the configuration; one that was never there is a slip of the hand. */
export function checkExists(directory: string): void {
  if (!statSync(directory, { throwIfNoEntry: false }))
    throw new UsageError(`${directory}: there is no such file or directory`);
}
