import { type FSWatcher, watch } from 'node:fs';
import { codeOf } from './read.ts';

/** Directories under the eyes of the kernel. What it tells is a hint: something may have happened to this name. */
export interface Watches {
  readonly open: (directory: string) => void;
  /** A directory that was replaced is another one under the same name: what watched the old one is blind. */
  readonly reopen: (directory: string) => void;
  readonly close: (directory: string) => void;
  /** For good: a look that is still under way opens nothing any more. */
  readonly closeAll: () => void;
}

/** `name` is undefined where the kernel does not say which. `onFailure`: from now on nothing is told of this directory. */
export function createWatches(
  onHint: (directory: string, name: string | undefined) => void,
  onFailure: (directory: string, error: unknown) => void,
): Watches {
  const watchers = new Map<string, FSWatcher>();
  let closed = false;

  const open = (directory: string): void => {
    if (closed || watchers.has(directory)) return;
    try {
      const watcher = watch(directory, (_, name) => onHint(directory, name ?? undefined));
      watcher.on('error', (error) => onFailure(directory, error));
      watchers.set(directory, watcher);
    } catch (error) {
      // A directory that is gone is no failure: whoever watches its parent is told.
      if (codeOf(error) !== 'ENOENT' && codeOf(error) !== 'ENOTDIR') onFailure(directory, error);
    }
  };

  const close = (directory: string): void => {
    watchers.get(directory)?.close();
    watchers.delete(directory);
  };

  return {
    open,
    reopen: (directory) => {
      close(directory);
      open(directory);
    },
    close,
    closeAll: () => {
      closed = true;
      for (const directory of [...watchers.keys()]) close(directory);
    },
  };
}
