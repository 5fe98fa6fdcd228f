import { open, readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { AuthorityFiles } from './authority.ts';
import { AuthorityError } from './errors.ts';
import { ALL_NAMES, EARLIER_ROOTS, ISTIO_NAMES, TLS_NAMES } from './file-names.ts';

/** More than any list of revoked certificates that anybody has. */
const MAX_BYTES = 32 * 1024 * 1024;

/**
 * The files of an authority in a directory, as far as they are there. `onOpenKey` hears of keys that everybody may read.
 * Throws an AuthorityError for what cannot be read.
 */
export async function readFiles(directory: string, onOpenKey: (text: string) => void): Promise<AuthorityFiles> {
  const place = await placeOf(directory);
  const found: Record<string, string> = {};
  for (const name of ALL_NAMES) {
    const read = await readFile(join(place, name), join(directory, name));
    if (!read) continue;
    found[name] = read.text;
    if (KEYS.includes(name) && read.mode & 0o007) {
      const path = join(directory, name);
      onOpenKey(`${path}: everybody on this machine may read the key; chmod 600 ${path}`);
    }
  }
  return found;
}

const KEYS = [ISTIO_NAMES.key, TLS_NAMES.key];

/** Kubernetes replaces all files of a mount at once, by another target of `..data`: what is read together is of one time. */
async function placeOf(directory: string): Promise<string> {
  try {
    return await realpath(join(directory, '..data'));
  } catch {
    return directory;
  }
}

/** Undefined if there is none. */
async function readFile(path: string, shown: string): Promise<{ text: string; mode: number } | undefined> {
  const file = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw new AuthorityError(`${shown}: cannot be read (${error.code})`);
  });
  if (!file) return undefined;
  try {
    const { size, mode } = await file.stat();
    if (size > MAX_BYTES) throw new AuthorityError(`${shown}: ${size} bytes, more than ${MAX_BYTES}`);
    return { text: await file.readFile('utf8'), mode: process.platform === 'win32' ? 0 : mode };
  } finally {
    await file.close();
  }
}

/** Roots in a file, or in all files of a directory that look like certificates. */
export async function readEarlierRoots(path: string): Promise<AuthorityFiles> {
  const isDirectory = (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
  const names = isDirectory ? (await readdir(path)).filter((name) => /\.(pem|crt)$/.test(name)).sort() : [''];
  const texts = await Promise.all(names.map((name) => readFile(join(path, name), join(path, name))));
  if (texts[0] === undefined && !isDirectory) throw new AuthorityError(`${path}: no such file`);
  return { [EARLIER_ROOTS]: texts.map((file) => file?.text ?? '').join('\n') };
}
