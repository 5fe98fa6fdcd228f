import { randomUUID } from 'node:crypto';
import { link, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Files that only their owner may read, written so that nobody ever sees half of one, not even after a power cut. */
const MODE = 0o600;

export async function replaceFile(path: string, text: string): Promise<void> {
  await viaDraft(path, text, (draft) => rename(draft, path));
}

/** Leaves a file that is there as it is. */
export async function createFile(path: string, text: string): Promise<void> {
  await viaDraft(path, text, async (draft) => {
    try {
      // Unlike a rename, a link replaces nothing: of several who try at once, one succeeds.
      await link(draft, path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  });
}

async function viaDraft(path: string, text: string, publish: (draft: string) => Promise<void>): Promise<void> {
  const draft = `${path}.${randomUUID()}.draft`;
  try {
    await writeNew(draft, text);
    await publish(draft);
    await syncDirectory(dirname(path));
  } finally {
    await rm(draft, { force: true });
  }
}

/** Fails if the file is there. */
export async function writeNew(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', MODE);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** A name is on disk when its directory is. Some systems cannot open directories; there it is so anyway. */
async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r').catch(() => undefined);
  try {
    await handle?.sync().catch(() => undefined);
  } finally {
    await handle?.close();
  }
}
