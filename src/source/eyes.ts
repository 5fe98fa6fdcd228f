import { join } from 'node:path';
import { createTrails, type Trails } from './links.ts';
import { isVisible } from './names.ts';
import { codeOf } from './read.ts';
import { createWatches, type Watches } from './watch.ts';

/** All that hints at changes below a root: its directories, and the names outside that its symbolic links lead over. */
export interface Eyes {
  readonly watches: Watches;
  readonly trails: Trails;
  readonly close: () => void;
}

/** `onFailure`: some changes will not be heard of. */
export function openEyes(hear: (path: string) => void, onFailure: (directory: string, error: unknown) => void): Eyes {
  const watches = createWatches((directory, name) => {
    if (name === undefined) hear(directory);
    else if (isVisible(name)) hear(join(directory, name));
  }, onFailure);

  const onLinkHint = (directory: string, name: string | undefined): void => trails.over(directory, name).forEach(hear);
  // Directories that are merely on the way may be closed to us; that is no reason to alarm anybody.
  const linkWatches = createWatches(onLinkHint, (directory, error) => {
    if (codeOf(error) !== 'EACCES' && codeOf(error) !== 'EPERM') onFailure(directory, error);
  });
  const trails = createTrails(linkWatches);

  const close = (): void => {
    watches.closeAll();
    linkWatches.closeAll();
  };
  return { watches, trails, close };
}

/** For file systems that tell nothing. */
export function closedEyes(): Eyes {
  const none = (): void => {};
  const watches = { open: none, reopen: none, close: none, closeAll: none };
  return { watches, trails: createTrails(watches), close: none };
}
