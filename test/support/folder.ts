import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Change } from '../../src/api/index.ts';
import { type DirectoryOptions, watchDirectory } from '../../src/source/index.ts';

/** A directory that is gone when the test is over, in a home of its own. */
export interface Folder {
  readonly home: string;
  readonly root: string;
  readonly write: (name: string, content: string | Uint8Array) => void;
  /** As editors do it: a copy, then a rename. */
  readonly replace: (name: string, content: string | Uint8Array) => void;
  readonly watch: (options?: DirectoryOptions, path?: string) => Watched;
}

export interface Watched {
  /** Waits for the next batch: a line for each change, with the folder left out of names. */
  readonly next: () => Promise<readonly string[]>;
  /** What came and nobody has asked for yet. */
  readonly batches: readonly (readonly string[])[];
  readonly close: () => void;
}

export function folder(): Folder {
  const home = mkdtempSync(join(tmpdir(), 'pharos-source-'));
  const root = join(home, 'config');
  mkdirSync(root);
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  const write: Folder['write'] = (name, content) => writeFileSync(join(root, name), content);
  return {
    home,
    root,
    write,
    replace: (name, content) => {
      write('.next', content);
      renameSync(join(root, '.next'), join(root, name));
    },
    watch: (options = {}, path = root) => watching(path, options, (name) => name.replace(root, '')),
  };
}

/** The smallest object there is. */
export function pod(name: string, more = ''): string {
  return `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}}\n${more}`;
}

function watching(path: string, options: DirectoryOptions, short: (name: string) => string): Watched {
  const batches: (readonly string[])[] = [];
  let wake = (): void => {};
  const { close } = watchDirectory(path, options, (changes) => {
    batches.push(changes.map((change) => line(change, short)));
    wake();
  });
  onTestFinished(close);
  const next = async (): Promise<readonly string[]> => {
    while (batches.length === 0) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    return batches.shift()!;
  };
  return { next, batches, close };
}

function line(change: Change, short: (name: string) => string): string {
  if (change.kind === 'synced') return 'synced';
  if (change.kind !== 'problems') return `${change.kind} ${change.key.split('/').at(-1)}`;
  return `${short(change.subject)}: ${change.problems.map((problem) => problem.code).join(', ') || 'right'}`;
}
