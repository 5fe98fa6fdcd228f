import { type FileHandle, open } from 'node:fs/promises';

/** A file as it is now, read again only when it is another one. Throws what the file system throws. */
export interface FollowedFile<T> {
  readonly read: () => Promise<T>;
}

/** `parse` may throw, and is then asked again at the next reading. */
export function followFile<T>(path: string, parse: (text: string, mode: number) => T): FollowedFile<T> {
  let last: { readonly stamp: string; readonly value: T } | undefined;

  async function look(file: FileHandle): Promise<T> {
    const { mtimeNs, ino, size, mode } = await file.stat({ bigint: true });
    const stamp = `${mtimeNs} ${ino} ${size}`;
    if (last?.stamp === stamp) return last.value;
    const value = parse(await file.readFile('utf8'), Number(mode));
    last = { stamp, value };
    return value;
  }

  return {
    async read() {
      const file = await open(path, 'r');
      try {
        return await look(file);
      } finally {
        await file.close();
      }
    },
  };
}
