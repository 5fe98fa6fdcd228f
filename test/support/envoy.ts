import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFailed, onTestFinished } from 'vitest';
import { findEnvoy } from '../../src/cli/demo/find-envoy.ts';
import { type BootstrapOptions, buildBootstrap } from '../../src/translate/bootstrap/index.ts';
import { type EnvoyAdmin, envoyAdmin } from './envoy-admin.ts';
import { Hopeless, until } from './until.ts';

/** A real Envoy, started by a test. Its process ends with `stop()`, and at the latest with the test's own process. */
export interface RunningEnvoy extends EnvoyAdmin, AsyncDisposable {
  readonly pid: number;
  /** What it wrote so far. */
  readonly logs: () => string;
  readonly stop: () => Promise<void>;
}

export interface EnvoyOptions {
  /** Any Bootstrap as JSON; its admin must have port 0 or a free one. */
  readonly bootstrap: object;
  /** Envoy's `--log-level`. Its `info` prints two screens of extensions first. */
  readonly logLevel?: 'trace' | 'debug' | 'info' | 'warning' | 'error';
  /** For one part of Envoy: `upstream:debug,config:trace`. */
  readonly componentLogLevel?: string;
}

/** Starts an Envoy; back as soon as its admin answers. Wait for `ready()` when it has someone to get configuration from. */
export async function startEnvoy(options: EnvoyOptions): Promise<RunningEnvoy> {
  const folder = await mkdtemp(join(tmpdir(), 'pharos-envoy-'));
  const file = join(folder, 'bootstrap.json');
  const addressFile = join(folder, 'admin-address');
  await writeFile(file, JSON.stringify(options.bootstrap));

  const child = spawn(await findEnvoy(), [...argumentsFor(options, file), '--admin-address-path', addressFile], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  child.stdout.on('data', (chunk) => (log += chunk));
  child.stderr.on('data', (chunk) => (log += chunk));
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const kill = () => void child.kill('SIGKILL');
  process.once('exit', kill);

  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
    process.off('exit', kill);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const address = await until('Envoy opens its admin port', () => {
      if (child.exitCode !== null || child.signalCode)
        throw new Hopeless(`Envoy ended with ${child.exitCode}:\n${log}`);
      return readFile(addressFile, 'utf8')
        .catch(() => undefined)
        .then((text) => text || undefined);
    });
    return { ...envoyAdmin(address), pid: child.pid!, logs: () => log, stop, [Symbol.asyncDispose]: stop };
  } catch (error) {
    await stop();
    throw new Error(`Envoy did not start:\n${log}`, { cause: error });
  }
}

/** As startEnvoy, inside a test: stops with it, and shows Envoy's log if it fails. */
export async function envoyForTest(options: EnvoyOptions): Promise<RunningEnvoy> {
  const envoy = await startEnvoy(options);
  onTestFinished(envoy.stop);
  // biome-ignore lint/suspicious/noConsole: the log is what explains the failure
  onTestFailed(() => console.error(`Envoy ${envoy.pid} said:\n${envoy.logs()}`));
  return envoy;
}

/** A bootstrap for a test: admin on any free port. */
export function testBootstrap(options: Omit<BootstrapOptions, 'admin'>): object {
  return buildBootstrap({ ...options, admin: { port: 0 } });
}

/** `envoy --mode validate`: what it complains about; empty if it would start. */
export async function validate(bootstrap: object): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'pharos-envoy-'));
  const file = join(folder, 'bootstrap.json');
  await writeFile(file, JSON.stringify(bootstrap));
  const child = spawn(await findEnvoy(), ['--mode', 'validate', '-c', file, '--log-level', 'warning']);
  let said = '';
  child.stderr.on('data', (chunk) => (said += chunk));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  await rm(folder, { recursive: true, force: true });
  return code === 0 ? said : said || `exit code ${code}`;
}

/** One worker: the same requests always meet the same connections. No hot restart: nothing is shared between Envoys. */
function argumentsFor(options: EnvoyOptions, file: string): string[] {
  const components = options.componentLogLevel ? ['--component-log-level', options.componentLogLevel] : [];
  return [
    '-c',
    file,
    '--concurrency',
    '1',
    '--disable-hot-restart',
    '-l',
    options.logLevel ?? 'warning',
    ...components,
  ];
}
