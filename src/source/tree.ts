import type { BigIntStats } from 'node:fs';
import { dirname, sep } from 'node:path';
import type { Contents } from './contents.ts';
import { type Trails, trailOf } from './links.ts';
import { inParallel } from './parallel.ts';
import { cannotRead, readText, tooLarge } from './read.ts';
import { type Found, scan } from './scan.ts';
import type { Watches } from './watch.ts';

/** What was last seen on the disk below one root. */
export interface Tree {
  /** Looks at the dirty paths and tells the contents. A certain one is read even if its times and size are as before. */
  readonly check: (dirty: ReadonlyMap<string, boolean>, progress?: Progress) => Promise<void>;
}

/** Files read so far, of how many; called for each. */
export type Progress = (read: number, total: number) => void;

export interface TreeOptions {
  readonly root: string;
  readonly maxBytes: number;
  readonly emptyGraceMs: number;
  readonly contents: Contents;
  readonly watches: Watches;
  readonly trails: Trails;
  readonly touchLater: (path: string, afterMs: number) => void;
}

interface SeenFile {
  /** Empty: not seen well enough to be sure of anything. */
  readonly signature: string;
  readonly text: string | undefined;
  /** When it was first seen empty, if it is, and not yet believed. */
  readonly emptySince: number | undefined;
}

/** Open files and queued system calls at a time; more does not make it faster. */
const WIDTH = 32;

export function createTree({ root, contents, watches, trails, ...options }: TreeOptions): Tree {
  const directories = new Map<string, string>();
  const files = new Map<string, SeenFile>();
  const links = new Set<string>();
  const complaints = new Set<string>();

  const check: Tree['check'] = async (dirty, progress) => {
    const changed: [path: string, status: BigIntStats][] = [];
    await inParallel(WIDTH, topmost(dirty), async (path) => {
      const found = await scan(path, { above: identitiesAbove(path), entering, named: path === root });
      await followLinks(path, found);
      forgetMissing(path, found);
      for (const [directory, identity] of found.directories) directories.set(directory, identity);
      for (const file of found.files) if (dirty.get(file[0]) || mayDiffer(...file)) changed.push(file);
    });
    let read = 0;
    await inParallel(WIDTH, changed, async ([path, status]) => {
      await load(path, status);
      progress?.(++read, changed.length);
    });
  };

  const entering = (directory: string, identity: string): void => {
    if (directories.get(directory) === identity) watches.open(directory);
    else watches.reopen(directory);
  };

  const identitiesAbove = (path: string): ReadonlySet<string> => {
    const identities = new Set<string>();
    for (let at = path; at !== root && at !== dirname(at); ) {
      at = dirname(at);
      identities.add(directories.get(at) ?? '');
    }
    return identities;
  };

  const followLinks = async (path: string, found: Found): Promise<void> => {
    if (path === root) found.links.add(root);
    for (const link of found.links) {
      links.add(link);
      trails.follow(link, await trailOf(link));
    }
  };

  const forgetMissing = (path: string, found: Found): void => {
    const rootIsGone = path === root && !found.directories.has(root) && !found.files.has(root);
    if (rootIsGone && !found.unreadable.has(root)) found.unreadable.set(root, { code: 'ENOENT' });
    const whole = path === root || directories.has(path) || complaints.has(path);
    const known = (names: Iterable<string>): string[] => [...names].filter((name) => isWithin(name, path));
    const knownIn = (names: ReadonlySet<string> | ReadonlyMap<string, unknown>): readonly string[] =>
      whole ? known(names.keys()) : names.has(path) ? [path] : [];

    for (const name of knownIn(complaints)) if (!found.unreadable.has(name)) settleComplaint(name);
    for (const [name, error] of found.unreadable) complain(name, error);
    for (const name of knownIn(directories)) if (!found.directories.has(name)) leave(name);
    for (const name of knownIn(links)) if (!found.links.has(name)) unfollow(name);
    for (const name of knownIn(files)) if (!found.files.has(name) && !staysUnseen(found, name)) remove(name);
  };

  const complain = (path: string, error: unknown): void => {
    complaints.add(path);
    contents.complain(path, cannotRead(path, error));
    if (!directories.has(path)) files.set(path, { signature: '', text: undefined, emptySince: undefined });
  };

  const settleComplaint = (path: string): void => {
    complaints.delete(path);
    contents.complain(path, undefined);
  };

  const leave = (directory: string): void => {
    directories.delete(directory);
    watches.close(directory);
  };

  const unfollow = (link: string): void => {
    links.delete(link);
    trails.forget(link);
  };

  const remove = (file: string): void => {
    files.delete(file);
    contents.remove(file);
  };

  const mayDiffer = (path: string, status: BigIntStats): boolean => files.get(path)?.signature !== signatureOf(status);

  const load = async (path: string, status: BigIntStats): Promise<void> => {
    const before = files.get(path);
    const readAt = Date.now();
    const text =
      status.size > options.maxBytes
        ? tooLarge(path, Number(status.size), options.maxBytes)
        : await readText(path, path);
    // A file that was written a moment ago may be written again within one tick of its clock: not yet trusted.
    const signature = readAt - Number(status.mtimeMs) < TRUST_AFTER_MS ? '' : signatureOf(status);
    if (typeof text !== 'string') {
      files.set(path, { signature: '', text: undefined, emptySince: undefined });
      return contents.complain(path, text);
    }
    if (isEmptied(path, text) && !waitedLongEnough(before, readAt)) {
      files.set(path, { signature, text: before?.text, emptySince: before?.emptySince ?? readAt });
      return options.touchLater(path, options.emptyGraceMs);
    }
    files.set(path, { signature, text, emptySince: undefined });
    if (text !== before?.text) contents.read(path, text);
  };

  const isEmptied = (path: string, text: string): boolean => text.trim() === '' && contents.holdsObjects(path);

  const waitedLongEnough = (before: SeenFile | undefined, now: number): boolean =>
    before?.emptySince !== undefined && now - before.emptySince >= options.emptyGraceMs;

  return { check };
}

/** Coarser than the time stamps of any file system in use. */
const TRUST_AFTER_MS = 2_000;

function signatureOf({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): string {
  return `${dev}:${ino}:${size}:${mtimeNs}:${ctimeNs}`;
}

/** Who is dirty together with a directory above it is looked at with that. */
function topmost(dirty: ReadonlyMap<string, boolean>): readonly string[] {
  return [...dirty.keys()].filter((path) => !parentsOf(path).some((parent) => dirty.has(parent)));
}

function parentsOf(path: string): readonly string[] {
  const parent = dirname(path);
  return parent === path ? [] : [parent, ...parentsOf(parent)];
}

/** What lies below something unreadable was not looked for. */
function staysUnseen(found: Found, name: string): boolean {
  return [...found.unreadable.keys()].some((path) => isWithin(name, path));
}

function isWithin(name: string, path: string): boolean {
  return name === path || path === '.' || name.startsWith(path.endsWith(sep) ? path : path + sep);
}
