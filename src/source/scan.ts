import type { BigIntStats } from 'node:fs';
import { lstat, readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { isConfiguration, isVisible } from './names.ts';
import { codeOf } from './read.ts';

/** What stands at a path and below it. */
export interface Found {
  /** With what identifies each: one directory under two names has one identity, a new one under an old name another. */
  readonly directories: Map<string, string>;
  readonly files: Map<string, BigIntStats>;
  /** Names that are or lead over symbolic links. */
  readonly links: Set<string>;
  /** What could not be looked at, and the error. What was known below stays as it was. */
  readonly unreadable: Map<string, unknown>;
}

export interface ScanOptions {
  /** Identities of the directories above, so that a link back to one of them is not followed for ever. */
  readonly above: ReadonlySet<string>;
  /** Called before a directory is listed: what comes after the listing must be hinted at. */
  readonly entering: (directory: string, identity: string) => void;
  /** The path itself is read whatever its name: the user gave it. */
  readonly named: boolean;
}

/** Nothing at all is found where nothing is. */
export async function scan(path: string, options: ScanOptions): Promise<Found> {
  const found: Found = { directories: new Map(), files: new Map(), links: new Set(), unreadable: new Map() };
  await look(path, options.above, options.named);
  return found;

  async function look(at: string, above: ReadonlySet<string>, named: boolean): Promise<void> {
    const wanted = named || isConfiguration(basename(at));
    const status = await statusOf(at, wanted, found);
    if (status?.isDirectory()) await enter(at, status, above);
    else if (status?.isFile() && wanted) found.files.set(at, status);
    else if (status && wanted) found.unreadable.set(at, new Error('it is neither a file nor a directory'));
  }

  async function enter(directory: string, status: BigIntStats, above: ReadonlySet<string>): Promise<void> {
    const identity = `${status.dev}:${status.ino}:${status.birthtimeNs}`;
    if (above.has(identity)) return;
    options.entering(directory, identity);
    found.directories.set(directory, identity);
    const names = await namesIn(directory, found);
    const within = new Set([...above, identity]);
    await Promise.all(names.map((name) => look(join(directory, name), within, false)));
  }
}

async function statusOf(path: string, wanted: boolean, found: Found): Promise<BigIntStats | undefined> {
  try {
    const status = await lstat(path, { bigint: true });
    if (!status.isSymbolicLink()) return status;
    found.links.add(path);
    return await stat(path, { bigint: true });
  } catch (error) {
    // An absent name is simply absent. A link to nothing is a mistake, or the middle of a change.
    const dangling = found.links.has(path);
    if (dangling ? wanted : !isAbsence(error)) found.unreadable.set(path, error);
    return undefined;
  }
}

async function namesIn(directory: string, found: Found): Promise<readonly string[]> {
  try {
    return (await readdir(directory)).filter(isVisible);
  } catch (error) {
    if (isAbsence(error)) found.directories.delete(directory);
    else found.unreadable.set(directory, error);
    return [];
  }
}

function isAbsence(error: unknown): boolean {
  return codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR';
}
