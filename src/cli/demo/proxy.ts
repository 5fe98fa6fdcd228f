import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { buildBootstrap, type ProxyIdentity, type XdsAddress } from '../../translate/bootstrap/index.ts';
import { type Child, startChild } from './child.ts';
import { DemoFailed } from './demo-failed.ts';
import { usualOrAny } from './ports.ts';
import type { Tools } from './tools.ts';

export interface RunningProxy {
  readonly child: Child;
  readonly adminPort: number;
}

export interface ProxyOptions {
  readonly tools: Tools;
  /** Wanted for its admin page, if it is free. */
  readonly adminPort: number;
  /** Where its bootstrap is written. */
  readonly folder: string;
  readonly xds: XdsAddress;
  readonly protocol: 'delta' | 'sotw';
  readonly print: (line: string) => void;
}

/** Envoy takes its first configuration in well under a second; this much means that it never will. */
const READY_WITHIN_MS = 20_000;

export async function startProxy(identity: ProxyIdentity, options: ProxyOptions): Promise<RunningProxy> {
  const { tools, folder, xds, protocol, print } = options;
  const { name } = identity;
  const adminPort = await usualOrAny(options.adminPort);
  const bootstrap = buildBootstrap({ ...identity, xds, admin: { port: adminPort }, protocol });
  const text = JSON.stringify(bootstrap, undefined, 2);
  await writeFile(join(folder, `${name}.json`), text, { mode: tools.bootstrapMode });
  const child = startChild({ name, ...tools.envoy(folder, name), print, hide: isOurConcern });
  return { child, adminPort };
}

/** Fields that Istio sets and Envoy is about to drop: a choice of pharos, which the reader of a demo cannot act upon. */
function isOurConcern(line: string): boolean {
  return line.includes('Deprecated field');
}

/** Until Envoy has all its configuration; throws a DemoFailed if that takes far too long. */
export async function proxyReady({ child, adminPort }: RunningProxy, signal: AbortSignal): Promise<void> {
  const deadline = performance.now() + READY_WITHIN_MS;
  for (;;) {
    const state = await stateOf(adminPort);
    if (state === 'LIVE' || signal.aborted) return;
    if (performance.now() > deadline) {
      const hint = `see http://127.0.0.1:${adminPort}/config_dump and the problems above`;
      const what = `${child.name} did not get all its configuration in ${READY_WITHIN_MS / 1000} s`;
      throw new DemoFailed(`${what}: ${state}`, hint);
    }
    await pause(50);
  }
}

async function stateOf(port: number): Promise<string> {
  try {
    return (await (await fetch(`http://127.0.0.1:${port}/ready`)).text()).trim();
  } catch {
    return 'its admin page does not answer';
  }
}
