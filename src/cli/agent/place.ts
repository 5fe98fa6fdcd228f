import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { UsageError } from '../usage-error.ts';

/** A directory that nobody else may enter, with the socket at which secrets are served. */
export interface Place {
  readonly directory: string;
  readonly socket: string;
  readonly close: () => Promise<void>;
}

/** Without a directory, a new one, which is gone when it is closed. Throws a UsageError. */
export async function openPlace(given: string | undefined): Promise<Place> {
  const directory = given === undefined ? await mkdtemp(join(tmpdir(), 'pharos-agent-')) : await own(resolve(given));
  const socket = join(directory, 'sds.sock');
  if (Buffer.byteLength(socket) > LONGEST_PATH) {
    throw new UsageError(
      `${socket} has more than ${LONGEST_PATH} bytes: no socket can be there`,
      'give a shorter --directory',
    );
  }
  if (given !== undefined) await removeUnused(socket);
  return {
    directory,
    socket,
    close: () => (given === undefined ? rm(directory, { recursive: true, force: true }) : rm(socket, { force: true })),
  };
}

/** sun_path of https://man7.org/linux/man-pages/man7/unix.7.html, which macOS has shorter. */
const LONGEST_PATH = 103;

async function own(directory: string): Promise<string> {
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new UsageError(`${directory} cannot be made: ${(error as Error).message}`);
  }
  const { mode } = await stat(directory);
  if (process.platform === 'win32' || (mode & 0o077) === 0) return directory;
  throw new UsageError(
    `${directory}: others may look into it, and whoever reaches the socket has the key`,
    `chmod 700 ${directory}`,
  );
}

/** An agent that was killed leaves its socket behind. */
async function removeUnused(socket: string): Promise<void> {
  const isServed = await new Promise<boolean>((resolve) => {
    const probe = connect(socket, () => resolve(true)).once('error', () => resolve(false));
    probe.once('connect', () => probe.destroy());
  });
  if (isServed) throw new UsageError(`another agent serves ${socket}`, 'end it, or give another --directory');
  await rm(socket, { force: true });
}
