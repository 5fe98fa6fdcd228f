import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { checkPorts } from './check-ports.ts';
import { type Child, startChild } from './child.ts';
import { DemoFailed } from './demo-failed.ts';
import { dockerTools } from './docker.ts';
import { readDocuments } from './documents.ts';
import { findEnvoy } from './find-envoy.ts';
import { gatewayReady, type RunningGateway, startGateway } from './gateway.ts';
import { formatPush, type PushEvent } from './live.ts';
import { type DemoPlan, planDemo } from './plan.ts';
import { showHowToTry } from './show.ts';
import { localTools, type Tools } from './tools.ts';

export interface DemoOptions {
  /** Envoy and the services run as containers, by the `docker` command. */
  readonly docker?: boolean;
  readonly protocol?: 'delta' | 'sotw';
  /** Starts pharos on the directory; back once it serves xDS on 127.0.0.1 and has read everything. */
  readonly startControlPlane: (onPush: (push: PushEvent) => void) => Promise<RunningControlPlane>;
  readonly print: (line: string) => void;
  /** Ends the demo: Ctrl-C. */
  readonly signal: AbortSignal;
}

export interface RunningControlPlane {
  readonly port: number;
  readonly stop: () => Promise<void>;
}

/**
 * Runs everything that a directory of YAML needs to answer requests on this machine, until the signal. Throws a
 * DemoFailed or EnvoyMissing if it cannot; whatever was started has ended when this returns or throws.
 */
export async function runDemo(directory: string, options: DemoOptions): Promise<void> {
  const { print, signal } = options;
  const plan = await planFor(directory);
  await checkPorts(plan);
  const tools = options.docker ? await dockerTools(print) : localTools(await findEnvoy({ say: print }));

  await using started = new AsyncDisposableStack();
  const controlPlane = await options.startControlPlane((push) => print(formatPush(push)));
  started.defer(controlPlane.stop);
  const { children, gateways } = await startPrograms(plan, tools, controlPlane.port, options, started);

  const failed = firstEnd(children, signal);
  await Promise.race([failed, Promise.all(gateways.map((gateway) => gatewayReady(gateway, signal)))]);
  if (!signal.aborted) showHowToTry(directory, plan, gateways, print);
  await failed;
}

async function planFor(directory: string): Promise<DemoPlan> {
  const plan = planDemo(await readDocuments(directory));
  if (plan.gateways.length > 0) return plan;
  throw new DemoFailed(`${directory} has no Gateway, so there is no way in`, 'try it with examples/canary');
}

async function startPrograms(
  plan: DemoPlan,
  tools: Tools,
  xdsPort: number,
  { print, signal, protocol = 'delta' }: DemoOptions,
  started: AsyncDisposableStack,
): Promise<{ children: readonly Child[]; gateways: readonly RunningGateway[] }> {
  const folder = await mkdtemp(join(tmpdir(), 'pharos-demo-'));
  started.defer(() => rm(folder, { recursive: true, force: true }));
  // Envoy's own image runs it as a user of its own.
  await chmod(folder, 0o755);
  // How programs take leave (connections that close) only looks like trouble.
  const printWhileRunning = (line: string) => (signal.aborted ? undefined : print(line));

  const children = startBackends(plan, tools, printWhileRunning);
  for (const child of children) started.defer(child.stop);
  const gateways: RunningGateway[] = [];
  for (const [i, gateway] of plan.gateways.entries()) {
    const adminPort = USUAL_ADMIN_PORT + i;
    const running = await startGateway(gateway, {
      tools,
      folder,
      xdsPort,
      protocol,
      adminPort,
      print: printWhileRunning,
    });
    started.defer(running.child.stop);
    gateways.push(running);
  }
  return { children: [...children, ...gateways.map(({ child }) => child)], gateways };
}

function startBackends({ backends }: DemoPlan, tools: Tools, print: (line: string) => void): readonly Child[] {
  return backends.map((backend) =>
    startChild({ name: `${backend.service} ${backend.version}`, ...tools.echo(backend), print }),
  );
}

/** The port that Istio's documents name for Envoy's admin page. */
const USUAL_ADMIN_PORT = 15_000;

/** Ctrl-C in a terminal reaches the children as well, and sometimes before it reaches us. */
const SIGNAL_MAY_COME_LATE_MS = 200;

/** Until the signal; throws a DemoFailed when a program ends before. */
function firstEnd(children: readonly Child[], signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
    for (const { name, ended } of children) {
      void ended.then(async (how) => {
        await pause(SIGNAL_MAY_COME_LATE_MS);
        reject(new DemoFailed(`${name} ended: ${how}`, 'what it said last stands above'));
      });
    }
  });
}
