import { mkdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createFile, replaceFile, writeNew } from '../lib/private-files.ts';
import type { AuthorityFiles } from './authority.ts';
import { AuthorityError } from './errors.ts';
import type { Home } from './own-root.ts';
import { readFiles } from './read-files.ts';

/** Gone with the process. */
export function memoryHome(): Home {
  let files: AuthorityFiles = {};
  const write = async (name: string, text: string): Promise<void> => {
    files = { ...files, [name]: text };
  };
  let turn = Promise.resolve();
  const alone: Home['alone'] = (act) => {
    const done = turn.then(act);
    turn = done.catch(() => {});
    return done;
  };
  return { read: async () => files, write, create: write, alone };
}

/** A directory that nobody else may look into. It is made if it is not there. */
export async function directoryHome(directory: string): Promise<Home> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  if (process.platform !== 'win32' && (await stat(directory)).mode & 0o002) {
    throw new AuthorityError(`${directory}: everybody may write here; chmod o-w ${directory}`);
  }
  const refuse = (text: string): never => {
    throw new AuthorityError(text);
  };
  return {
    read: () => readFiles(directory, refuse),
    write: (name, text) => replaceFile(join(directory, name), text),
    create: (name, text) => createFile(join(directory, name), text),
    alone: (act) => withLock(join(directory, LOCK), act),
  };
}

const LOCK = 'rotation.lock';

async function withLock(path: string, act: () => Promise<void>): Promise<void> {
  try {
    await writeNew(path, `${process.pid}\n`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new AuthorityError(`another process is changing the roots here; if none is, remove ${path}`);
  }
  try {
    await act();
  } finally {
    await rm(path, { force: true });
  }
}
