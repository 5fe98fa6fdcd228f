import { createHash } from 'node:crypto';
import type { AuthorityFiles } from './authority.ts';

export interface Following {
  readonly read: () => Promise<AuthorityFiles>;
  /** Throws if the files are of no use. */
  readonly apply: (files: AuthorityFiles) => void;
  readonly onProblem: (text: string) => void;
  /** Nothing has changed. */
  readonly onSame: (files: AuthorityFiles) => void;
  /** Asks to look once more a little later. */
  readonly later: () => void;
}

/**
 * Applies files when they have changed. Files that are of no use may be half of a change: they are reported when they are
 * still the same a little later, and once.
 */
export function followFiles(first: AuthorityFiles, following: Following): () => Promise<void> {
  let applied = fingerprint(first);
  let bad = { print: '', reported: false };
  let turn = Promise.resolve();

  const look = async (): Promise<void> => {
    let print = '';
    try {
      const files = await following.read();
      print = fingerprint(files);
      if (print === applied) following.onSame(files);
      else following.apply(files);
      applied = print;
      bad = { print: '', reported: false };
    } catch (error) {
      failed(print, (error as Error).message);
    }
  };

  const failed = (print: string, why: string): void => {
    const again = bad.print === `${print} ${why}`;
    if (!again) following.later();
    else if (!bad.reported) following.onProblem(why);
    bad = { print: `${print} ${why}`, reported: again };
  };

  return () => {
    turn = turn.then(look);
    return turn;
  };
}

/** So that no second copy of a key has to be kept. */
function fingerprint(files: AuthorityFiles): string {
  const hash = createHash('sha256');
  for (const name of Object.keys(files).sort()) hash.update(`${name}\n${files[name]}\n`);
  return hash.digest('hex');
}
