import { type ChildProcess, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { constants } from 'node:os';

/** An Envoy that was started by the agent, with the agent's own output as its output. */
export interface AgentEnvoy {
  /** Its exit code, or as shells say it, 128 and the number of the signal that ended it. */
  readonly ended: Promise<number>;
  /** Tells clients to go elsewhere, and new ones are still served, until `drainMs` have passed; then it ends. */
  readonly drainAndStop: (drainMs: number) => Promise<void>;
  readonly kill: () => void;
}

export interface AgentEnvoyOptions {
  readonly binary: string;
  readonly bootstrapFile: string;
  /** Envoy writes here where its admin page listens. */
  readonly adminAddressFile: string;
  /** A sidecar drains what comes in; its program may go on to call others. */
  readonly inboundOnly: boolean;
  readonly drainMs: number;
  readonly args: readonly string[];
  readonly say: (text: string) => void;
}

/** Envoy ends within milliseconds when it is asked to; one that does not is ended. */
const PATIENCE_MS = 5_000;

export function startAgentEnvoy(options: AgentEnvoyOptions): AgentEnvoy {
  // In a group of its own: Ctrl-C is for the agent, which drains it first.
  const child = spawn(options.binary, argumentsOf(options), {
    stdio: ['ignore', 'inherit', 'inherit'],
    detached: true,
  });
  const kill = (): void => void child.kill('SIGKILL');
  // Whatever ends this process, its Envoy does not outlive it.
  process.once('exit', kill);
  const ended = endOf(child).finally(() => process.off('exit', kill));
  return {
    ended,
    kill,
    async drainAndStop(drainMs) {
      if (drainMs > 0) await drain(options, drainMs, ended);
      child.kill('SIGTERM');
      const timer = setTimeout(kill, PATIENCE_MS);
      await ended.finally(() => clearTimeout(timer)).catch(() => {});
    },
  };
}

function argumentsOf({ bootstrapFile, adminAddressFile, drainMs, args }: AgentEnvoyOptions): readonly string[] {
  const drainSeconds = Math.max(Math.ceil(drainMs / 1000), 1);
  return [
    ...['-c', bootstrapFile, '--admin-address-path', adminAddressFile],
    // Several agents on one machine: nothing is shared between their Envoys.
    '--disable-hot-restart',
    ...['--drain-time-s', String(drainSeconds), '--drain-strategy', 'immediate'],
    ...args,
  ];
}

function endOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(code ?? 128 + constants.signals[signal!]));
  });
}

/** https://www.envoyproxy.io/docs/envoy/latest/operations/admin#post--drain_listeners */
async function drain(options: AgentEnvoyOptions, drainMs: number, ended: Promise<number>): Promise<void> {
  const { adminAddressFile, inboundOnly, say } = options;
  const late = new AbortController();
  const over = [ended.catch(() => {}), pause(drainMs, late.signal)];
  try {
    const admin = (await readFile(adminAddressFile, 'utf8')).trim();
    const url = `http://${admin}/drain_listeners?graceful&skip_exit${inboundOnly ? '&inboundonly' : ''}`;
    const response = await fetch(url, { method: 'POST', signal: AbortSignal.timeout(1_000) });
    if (!response.ok) throw new Error(`status ${response.status}`);
    await Promise.race(over);
  } catch (error) {
    say(`Envoy could not be drained, and is stopped: ${(error as Error).message}`);
  } finally {
    late.abort();
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => clearTimeout(timer));
  });
}
