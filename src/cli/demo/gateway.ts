import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { buildBootstrap } from '../../translate/bootstrap/index.ts';
import { type Child, startChild } from './child.ts';
import { DemoFailed } from './demo-failed.ts';
import type { DemoGateway } from './plan.ts';
import { usualOrAny } from './ports.ts';
import type { Tools } from './tools.ts';

export interface RunningGateway extends DemoGateway {
  readonly child: Child;
  readonly adminPort: number;
}

export interface GatewayOptions {
  readonly tools: Tools;
  /** Wanted for its admin page, if it is free. */
  readonly adminPort: number;
  /** Where its bootstrap is written. */
  readonly folder: string;
  readonly xdsPort: number;
  readonly protocol: 'delta' | 'sotw';
  readonly print: (line: string) => void;
}

/** Envoy takes its first configuration in well under a second; this much means that it never will. */
const READY_WITHIN_MS = 20_000;

export async function startGateway(gateway: DemoGateway, options: GatewayOptions): Promise<RunningGateway> {
  const { tools, folder, xdsPort, protocol, print } = options;
  const port = await usualOrAny(options.adminPort);
  const bootstrap = buildBootstrap({
    role: 'router',
    name: gateway.name,
    namespace: gateway.namespace,
    addresses: ['127.0.0.1'],
    labels: gateway.labels,
    xds: { address: '127.0.0.1', port: xdsPort },
    admin: { port },
    protocol,
  });
  await writeFile(join(folder, `${gateway.name}.json`), JSON.stringify(bootstrap, undefined, 2));
  const child = startChild({ name: gateway.name, ...tools.envoy(folder, gateway.name), print, hide: isOurConcern });
  return { ...gateway, child, adminPort: port };
}

/** Fields that Istio sets and Envoy is about to drop: a choice of pharos, which the reader of a demo cannot act upon. */
function isOurConcern(line: string): boolean {
  return line.includes('Deprecated field');
}

/** Until Envoy has all its configuration; throws a DemoFailed if that takes far too long. */
export async function gatewayReady({ name, adminPort }: RunningGateway, signal: AbortSignal): Promise<void> {
  const deadline = performance.now() + READY_WITHIN_MS;
  for (;;) {
    const state = await stateOf(adminPort);
    if (state === 'LIVE' || signal.aborted) return;
    if (performance.now() > deadline) {
      const hint = `see http://127.0.0.1:${adminPort}/config_dump and the problems above`;
      throw new DemoFailed(`${name} did not get all its configuration in ${READY_WITHIN_MS / 1000} s: ${state}`, hint);
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
