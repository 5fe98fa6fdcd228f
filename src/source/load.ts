import type { Change } from '../api/index.ts';
import { createContents } from './contents.ts';
import { type DirectoryOptions, watchDirectory } from './directory.ts';

/** What a directory says at this moment: for commands that look once. */
export async function loadDirectory(
  root: string,
  options: Pick<DirectoryOptions, 'maxBytes' | 'progress'> = {},
): Promise<readonly Change[]> {
  const told: Change[] = [];
  // Polling, only never reached: nothing need be watched.
  const source = watchDirectory(root, { ...options, poll: NEVER_MS, debounceMs: 0 }, (changes) =>
    told.push(...changes),
  );
  await source.ready;
  source.close();
  return told;
}

/** The longest that a timer can wait. */
const NEVER_MS = 2 ** 31 - 1;

/** What some texts say, as if they were files of these names. */
export function changesOf(texts: Iterable<readonly [file: string, text: string]>): readonly Change[] {
  const contents = createContents();
  for (const [file, text] of texts) contents.read(file, text);
  return [...contents.settle(), { kind: 'synced' }];
}
