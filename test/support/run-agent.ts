import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFailed, onTestFinished } from 'vitest';
import { findEnvoy } from '../../src/cli/demo/find-envoy.ts';
import { type EnvoyAdmin, envoyAdmin } from './envoy-admin.ts';
import { freePort } from './loopback.ts';
import { until } from './until.ts';

const MAIN = join(import.meta.dirname, '../../src/main.ts');

/** `pharos agent` in a process of its own, with its Envoy. */
export interface RunningAgent {
  readonly envoy: EnvoyAdmin;
  readonly process: ChildProcess;
  /** All that the agent and its Envoy have written. */
  readonly output: () => string;
  /** Its own files: the token, and the directory where socket and bootstrap are. */
  readonly directory: string;
  /** The exit code. */
  readonly ended: Promise<number | null>;
  /** How many certificates it has had. */
  readonly certificates: () => number;
}

export interface AgentTestOptions {
  readonly sa: string;
  readonly securePort: number;
  readonly rootPem: string;
  readonly token: string;
  readonly args?: readonly string[];
  readonly envoyArgs?: readonly string[];
}

export async function runAgentForTest(options: AgentTestOptions): Promise<RunningAgent> {
  const home = mkdtempSync(join(tmpdir(), 'pharos-agent-test-'));
  const directory = join(home, 'run');
  writeFileSync(join(home, 'token'), options.token, { mode: 0o600 });
  writeFileSync(join(home, 'root.pem'), options.rootPem);
  const adminPort = await freePort();
  const child = spawn(process.execPath, [MAIN, 'agent', ...argumentsOf(options, home, directory, adminPort)], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ENVOY_PATH: await findEnvoy() },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  onTestFinished(async () => {
    // The second one means at once.
    child.kill('SIGTERM');
    child.kill('SIGINT');
    const timer = setTimeout(() => child.kill('SIGKILL'), 5_000);
    await ended;
    clearTimeout(timer);
    rmSync(home, { recursive: true, force: true });
  });
  // biome-ignore lint/suspicious/noConsole: what it said is what explains the failure
  onTestFailed(() => console.error(`the agent of ${options.sa} said:\n${output}`));
  return {
    envoy: envoyAdmin(`127.0.0.1:${adminPort}`),
    process: child,
    output: () => output,
    directory,
    ended,
    certificates: () => output.split('"msg":"certificate"').length - 1,
  };
}

function argumentsOf(options: AgentTestOptions, home: string, directory: string, adminPort: number): readonly string[] {
  const { sa, securePort, args = [], envoyArgs = [] } = options;
  return [
    ...['--sa', sa, '--token-file', join(home, 'token'), '--ca-root', join(home, 'root.pem')],
    ...['--xds', `127.0.0.1:${securePort}`, '--admin', `127.0.0.1:${adminPort}`, '--directory', directory],
    ...['--drain', '0s', ...args],
    ...['--', '--concurrency', '1', '-l', 'warning', ...envoyArgs],
  ];
}

/** Until its Envoy has all its configuration. */
export async function agentReady({ envoy, ended }: RunningAgent): Promise<void> {
  let code: number | null | undefined;
  void ended.then((with_) => {
    code = with_;
  });
  await until('the Envoy of the agent is ready', async () => {
    if (code !== undefined) throw new Error(`the agent ended with ${code}`);
    return (await envoy.admin('/ready')).startsWith('LIVE');
  });
}
