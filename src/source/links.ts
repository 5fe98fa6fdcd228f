import { lstat, readlink } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, parse, resolve, sep } from 'node:path';
import type { Watches } from './watch.ts';

/**
 * Every name that decides where a path leads: each symbolic link on the way, and the end. If one of them is replaced,
 * the path means something else, though nothing happened in its own directory:
 *
 *   config/routes.yaml → ..data/routes.yaml, config/..data → ..2026_11_21: a new ConfigMap renames config/..data
 */
export async function trailOf(path: string): Promise<readonly string[]> {
  const trail: string[] = [];
  let here = parse(resolve(path)).root;
  const ahead = stepsOf(resolve(path));
  for (let hops = 0; ahead.length > 0; ) {
    const next = join(here, ahead.shift()!);
    const target = await linkTarget(next);
    if (target === undefined) {
      here = next;
      continue;
    }
    trail.push(next);
    if (++hops > MAX_LINKS) return trail;
    if (isAbsolute(target)) here = parse(target).root;
    ahead.unshift(...stepsOf(target));
  }
  return [...trail, here];
}

/** As many as Linux follows. */
const MAX_LINKS = 40;

function stepsOf(path: string): string[] {
  return path.split(sep).filter((step) => step !== '' && step !== '.');
}

async function linkTarget(path: string): Promise<string | undefined> {
  try {
    return (await lstat(path)).isSymbolicLink() ? await readlink(path) : undefined;
  } catch {
    return undefined; // What is not there leads nowhere yet; its name is worth watching all the same.
  }
}

/** Whom to tell when a name on somebody's trail changes. */
export interface Trails {
  readonly follow: (path: string, trail: readonly string[]) => void;
  readonly forget: (path: string) => void;
  /** The paths that lead over a name. */
  readonly over: (directory: string, name: string | undefined) => readonly string[];
}

export function createTrails(watches: Pick<Watches, 'open' | 'close'>): Trails {
  const trails = new Map<string, readonly string[]>();
  /** Directory → name in it → the paths that lead over it. */
  const users = new Map<string, Map<string, Set<string>>>();

  const enter = (path: string, step: string): void => {
    const [directory, name] = [dirname(step), basename(step)];
    if (!users.has(directory)) users.set(directory, new Map());
    const names = users.get(directory)!;
    names.set(name, (names.get(name) ?? new Set()).add(path));
    watches.open(directory);
  };

  const leave = (path: string, step: string): void => {
    const [directory, name] = [dirname(step), basename(step)];
    const names = users.get(directory);
    names?.get(name)?.delete(path);
    if (names?.get(name)?.size === 0) names.delete(name);
    if (names?.size !== 0) return;
    users.delete(directory);
    watches.close(directory);
  };

  return {
    follow: (path, trail) => {
      const before = trails.get(path) ?? [];
      trails.set(path, trail);
      for (const step of trail) enter(path, step);
      for (const step of before) if (!trail.includes(step)) leave(path, step);
    },
    forget: (path) => {
      for (const step of trails.get(path) ?? []) leave(path, step);
      trails.delete(path);
    },
    over: (directory, name) => {
      const names = users.get(directory);
      if (name !== undefined) return [...(names?.get(name) ?? [])];
      return [...new Set([...(names?.values() ?? [])].flatMap((paths) => [...paths]))];
    },
  };
}
