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
import { formatPush, type PushEvent } from './live.ts';
import { type DemoPlan, needsIdentities, planDemo } from './plan.ts';
import {
  type ProxiesOptions,
  type RoutedPod,
  type RunningGateway,
  type RunningSidecar,
  routePods,
  startGateways,
  startSidecars,
} from './proxies.ts';
import { proxyReady } from './proxy.ts';
import { showHowToTry } from './show.ts';
import { localTools, type Tools } from './tools.ts';

export interface DemoOptions {
  /** Envoy and the services run as containers, by the `docker` command. */
  readonly docker?: boolean;
  readonly protocol?: 'delta' | 'sotw';
  /** Starts pharos on the directory; back once it serves xDS on 127.0.0.1 and has read everything. */
  readonly startControlPlane: (wanted: WantedControlPlane) => Promise<RunningControlPlane>;
  readonly print: (line: string) => void;
  /** Ends the demo: Ctrl-C. */
  readonly signal: AbortSignal;
}

export interface WantedControlPlane {
  readonly onPush: (push: PushEvent) => void;
  /** Proxies are to prove who they are, and get certificates. */
  readonly identities: boolean;
}

export interface RunningControlPlane {
  readonly xdsFor: ProxiesOptions['xdsFor'];
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
  const controlPlane = await options.startControlPlane({
    onPush: (push) => print(formatPush(push)),
    identities: needsIdentities(plan),
  });
  started.defer(controlPlane.stop);
  const { children, gateways, sidecars } = await startPrograms(plan, tools, controlPlane, options, started);

  const failed = firstEnd(children, signal);
  await Promise.race([failed, Promise.all([...gateways, ...sidecars].map((proxy) => proxyReady(proxy, signal)))]);
  if (!signal.aborted) showHowToTry(directory, plan, { gateways, sidecars }, print);
  await failed;
}

async function planFor(directory: string): Promise<DemoPlan> {
  const plan = planDemo(await readDocuments(directory));
  if (plan.gateways.length > 0) return plan;
  throw new DemoFailed(`${directory} has no Gateway, so there is no way in`, 'try it with examples/canary');
}

interface Programs {
  readonly children: readonly Child[];
  readonly gateways: readonly RunningGateway[];
  readonly sidecars: readonly RunningSidecar[];
}

async function startPrograms(
  plan: DemoPlan,
  tools: Tools,
  { xdsFor }: RunningControlPlane,
  { print, signal, protocol = 'delta' }: DemoOptions,
  started: AsyncDisposableStack,
): Promise<Programs> {
  const folder = await mkdtemp(join(tmpdir(), 'pharos-demo-'));
  started.defer(() => rm(folder, { recursive: true, force: true }));
  // Envoy's own image runs it as a user of its own.
  await chmod(folder, 0o755);
  // How programs take leave (connections that close) only looks like trouble.
  const printWhileRunning = (line: string) => (signal.aborted ? undefined : print(line));

  const pods = await routePods(plan);
  const backends = startBackends(plan, pods, tools, printWhileRunning);
  for (const child of backends) started.defer(child.stop);
  const options = { tools, folder, protocol, print: printWhileRunning, xdsFor, started };
  const gateways = await startGateways(plan, options);
  const sidecars = await startSidecars(pods, gateways.length, options);
  const children = [...backends, ...[...gateways, ...sidecars].map(({ child }) => child)];
  return { children, gateways, sidecars };
}

function startBackends(
  { backends }: DemoPlan,
  pods: readonly RoutedPod[],
  tools: Tools,
  print: (line: string) => void,
): readonly Child[] {
  return backends.map((backend) => {
    const sidecar = pods.find(({ name }) => name === backend.pod);
    const proxy = sidecar && `http://127.0.0.1:${sidecar.proxyPort}`;
    return startChild({ name: `${backend.service} ${backend.version}`, ...tools.echo(backend, proxy), print });
  });
}

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
