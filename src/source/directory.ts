import { normalize, sep } from 'node:path';
import type { Change } from '../api/index.ts';
import { createContents } from './contents.ts';
import { closedEyes, openEyes } from './eyes.ts';
import { createHints } from './hints.ts';
import { notWatched } from './problems.ts';
import { createSweep } from './sweep.ts';
import { createTree, type Progress } from './tree.ts';

export interface DirectoryOptions {
  /** Look every so many milliseconds instead of being told: for bind mounts and network file systems, which tell nothing. */
  readonly poll?: number | undefined;
  /** Changes are taken in when nothing more was heard for this long. Milliseconds; 3. */
  readonly debounceMs?: number | undefined;
  /** Files larger than this are not read. Bytes; 10 MiB. */
  readonly maxBytes?: number | undefined;
  /** How long an emptied file keeps its objects: some editors empty a file before they write it. Milliseconds; 200. */
  readonly emptyGraceMs?: number | undefined;
  /** Told during the first scan. */
  readonly progress?: Progress | undefined;
}

export interface DirectorySource {
  /** When everything that existed at the start has been told. */
  readonly ready: Promise<void>;
  /** After it nothing more is told. */
  readonly close: () => void;
}

/** The kernel forgets hints when too many come at once, and says so to nobody; this is when it is noticed at the latest. */
const SWEEP_MS = 30_000;
const FALLBACK_POLL_MS = 1_000;

/**
 * Tells what the YAML and JSON below a directory (or in one file) says, now and whenever it changes: one call of
 * `onChanges` for all that changed together. What cannot be read is a Problem, and what it held stays in force.
 *
 * File names in places and problems begin with `root` as it was given.
 */
export function watchDirectory(
  root: string,
  options: DirectoryOptions,
  onChanges: (changes: readonly Change[]) => void,
): DirectorySource {
  const top = withoutSlash(normalize(root));
  const { promise: ready, resolve, reject } = Promise.withResolvers<void>();
  let state: 'starting' | 'running' | 'closed' = 'starting';

  const tell = (changes: readonly Change[]): void => {
    if (state !== 'closed' && changes.length > 0) onChanges(changes);
  };

  const pollInstead = (directory: string, error: unknown): void => {
    if (!sweep.atLeastEvery(FALLBACK_POLL_MS)) return;
    const problem = notWatched(directory, error instanceof Error ? error.message : String(error), FALLBACK_POLL_MS);
    tell([{ kind: 'problems', subject: `watch ${top}`, problems: [problem] }]);
  };

  const check = async (dirty: ReadonlyMap<string, boolean>): Promise<void> => {
    await tree.check(dirty, state === 'starting' ? options.progress : undefined);
    tell(state === 'starting' ? [...contents.settle(), { kind: 'synced' }] : contents.settle());
    if (state === 'starting') state = 'running';
    resolve();
  };

  // Only a mistake of ours throws here: whoever waits for the start is told, and later nobody may miss it.
  const firstOrLater = (dirty: ReadonlyMap<string, boolean>): Promise<void> =>
    state === 'starting' ? check(dirty).catch(reject) : check(dirty);

  const close = (): void => {
    state = 'closed';
    sweep.stop();
    hints.stop();
    eyes.close();
    resolve();
  };

  const contents = createContents();
  const hints = createHints(paceOf(options), firstOrLater);
  const sweep = createSweep(() => hints.touch(top, false), options.poll ?? SWEEP_MS);
  const eyes = options.poll ? closedEyes() : openEyes((path) => hints.touch(path, true), pollInstead);
  const tree = createTree({
    root: top,
    maxBytes: options.maxBytes ?? 10 * 1024 * 1024,
    emptyGraceMs: options.emptyGraceMs ?? 200,
    contents,
    watches: eyes.watches,
    trails: eyes.trails,
    touchLater: hints.touchLater,
  });
  hints.touch(top, true);
  return { ready, close };
}

function paceOf({ debounceMs = 3 }: DirectoryOptions): { quietMs: number; atMostMs: number } {
  return { quietMs: debounceMs, atMostMs: 10 * debounceMs };
}

function withoutSlash(path: string): string {
  return path.length > 1 && path.endsWith(sep) ? path.slice(0, -1) : path;
}
