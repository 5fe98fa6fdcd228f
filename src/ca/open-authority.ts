import { randomBytes } from 'node:crypto';
import type {
  Authority,
  AuthorityOptions,
  DirectoryOptions,
  GivenAuthority,
  GivenOptions,
  OwnAuthority,
  OwnOptions,
} from './authority.ts';
import { AuthorityError } from './errors.ts';
import { directoryHome, memoryHome } from './homes.ts';
import { keepAuthority } from './keep-authority.ts';
import type { RootMaking } from './make-root.ts';
import { ensureRoot, forgetEarlier, rotate } from './own-root.ts';
import { readEarlierRoots, readFiles } from './read-files.ts';

/**
 * Opens an authority, and keeps it as its files are. Throws an AuthorityError that says what is wrong with which file: only
 * later mistakes are survived.
 */
export function openAuthority(options: OwnOptions): Promise<OwnAuthority>;
export function openAuthority(options: DirectoryOptions): Promise<Authority>;
export function openAuthority(options: GivenOptions): Promise<GivenAuthority>;
export function openAuthority(options: OwnOptions | DirectoryOptions | GivenOptions): Promise<Authority>;
export async function openAuthority(given: OwnOptions | DirectoryOptions | GivenOptions): Promise<Authority> {
  const { source, ...rest } = given;
  const options = { ...rest, onWarning: once(given.onWarning ?? (() => {})) };
  switch (source.kind) {
    case 'own':
      return openOwn(options, source);
    case 'directory':
      return openDirectory(options, source);
    case 'files':
      return openGiven(options, source);
  }
}

/** Says the same thing once only. */
function once(say: (text: string) => void): (text: string) => void {
  const said = new Set<string>();
  return (text) => {
    if (!said.has(text)) say(text);
    said.add(text);
  };
}

type Options = AuthorityOptions & Required<Pick<AuthorityOptions, 'onWarning'>>;

async function openOwn(options: Options, source: OwnOptions['source']): Promise<OwnAuthority> {
  const { directory, keyType = 'P-256', trustDomain = 'cluster.local' } = source;
  const { clock = Date.now, random = randomBytes } = options;
  const making = (): RootMaking => ({ organization: trustDomain, nowMs: clock(), random });
  const home = directory === undefined ? memoryHome() : await usable(directory, () => directoryHome(directory));
  await usable(directory, () => ensureRoot(home, keyType, making()));
  const { authority, look } = await keepAuthority(home.read, directory === undefined ? [] : [directory], options);
  return {
    ...authority,
    rotateRoot: async (type = keyType) => {
      await rotate(home, type, making());
      await look();
    },
    forgetEarlierRoots: async () => {
      await forgetEarlier(home, clock());
      await look();
    },
  };
}

/** What the file system says, as a mistake in the directory. */
async function usable<T>(directory: string | undefined, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new AuthorityError(`${directory}: a root cannot be kept here: ${(error as Error).message}`);
  }
}

async function openDirectory(options: Options, source: DirectoryOptions['source']): Promise<Authority> {
  const { directory, earlierRoots } = source;
  const read = async () => ({
    ...(await readFiles(directory, options.onWarning)),
    ...(earlierRoots === undefined ? {} : await readEarlierRoots(earlierRoots)),
  });
  const places = [directory, ...(earlierRoots === undefined ? [] : [earlierRoots])];
  return (await keepAuthority(read, places, options)).authority;
}

async function openGiven(options: Options, source: GivenOptions['source']): Promise<GivenAuthority> {
  const { authority, use } = await keepAuthority(async () => source.files, [], options);
  return { ...authority, replace: use };
}
