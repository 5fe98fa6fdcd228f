import type { Authority, AuthorityFiles, AuthorityOptions } from './authority.ts';
import { createAuthority } from './create-authority.ts';
import { type Credentials, credentialsFrom } from './credentials.ts';
import { followFiles } from './follow-files.ts';
import { expiryWarning } from './warnings.ts';
import { watchFiles } from './watch-files.ts';

const LOOK_EVERY_MS = 10_000;
/** Half of a change is whole by then. */
const LATER_MS = 300;

export interface Kept {
  readonly authority: Authority;
  /** Uses these files from now on. Throws an AuthorityError, and changes nothing, if they are of no use. */
  readonly use: (files: AuthorityFiles) => void;
  /** Reads again; resolves when what is there now is in force, or found to be of no use. */
  readonly look: () => Promise<void>;
}

/** Keeps an authority as its files are. `places`: where to watch; none if nothing changes by itself. */
export async function keepAuthority(
  read: () => Promise<AuthorityFiles>,
  places: readonly string[],
  options: AuthorityOptions,
): Promise<Kept> {
  const { clock = Date.now, onProblem = () => {}, onWarning = () => {} } = options;
  const load = (files: AuthorityFiles): Credentials => {
    const loaded = credentialsFrom(files, clock());
    for (const text of loaded.warnings) onWarning(text);
    return loaded;
  };

  const first = await read();
  let current = load(first);
  const { authority, put } = createAuthority(current, options);
  const use = (files: AuthorityFiles): void => {
    current = load(files);
    put(current);
  };

  let later: NodeJS.Timeout | undefined;
  let closed = false;
  const look = followFiles(first, {
    read,
    apply: use,
    onProblem,
    onSame: (files) => {
      if (clock() >= current.proxyLists.untilMs) use(files);
      const text = expiryWarning(current, clock());
      if (text !== undefined) onWarning(text);
    },
    later: () => {
      if (!closed) later = setTimeout(() => void look(), LATER_MS).unref();
    },
  });
  const stop = places.length > 0 ? watchFiles(places, options.lookEveryMs ?? LOOK_EVERY_MS, look) : () => {};
  const close = (): void => {
    closed = true;
    clearTimeout(later);
    stop();
    authority.close();
  };
  return { authority: { ...authority, close }, use, look };
}
