import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createServer as createSocketServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { findEnvoy } from '../../src/cli/demo/find-envoy.ts';
import { buildBootstrap } from '../../src/translate/bootstrap/index.ts';
import { type BenchRoutes, GATEWAY, hostname, NAMESPACE, writeRoutes } from './gateway-routes.ts';
import { cpuSeconds, type LineProcess, megabytes, PHAROS, peakMegabytes, startProcess } from './process.ts';

const ROUTES = 1_000;
const ADDED = 25;
/** Until pharos has noticed that it is at rest. */
const REST_MS = 25_000;
const ADDRESS = '127.0.0.1';

/** One Gateway with 1,000 HTTPRoutes of 5 hostnames: what it takes to hold them, and how soon Envoy answers a new one. */
export async function measureGatewayApi(): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), 'pharos-bench-'));
  const backend = createServer((_, response) => response.end('ok'));
  await new Promise<void>((resolve) => backend.listen(0, ADDRESS, resolve));
  const port = await freePort();
  const routes = writeRoutes(join(home, 'mesh'), ROUTES, {
    address: ADDRESS,
    port,
    backend: (backend.address() as AddressInfo).port,
  });
  const free = `${ADDRESS}:0`;
  const server = startProcess([...PHAROS, 'serve', routes.directory, '--xds', free, '--admin', free, '--no-secure']);
  try {
    const { xds } = JSON.parse(await server.line((line) => line.includes('"serving"'))) as { xds: string };
    await measureEnvoy(home, server, routes, { xds, port });
  } finally {
    await server.stop();
    backend.close();
    backend.closeAllConnections();
    rmSync(home, { recursive: true, force: true });
  }
}

async function measureEnvoy(
  home: string,
  server: LineProcess,
  routes: BenchRoutes,
  { xds, port }: { readonly xds: string; readonly port: number },
): Promise<void> {
  const from = performance.now();
  const envoy = await startEnvoy(home, Number(xds.split(':')[1]));
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const ask = (host: string): Promise<number> => statusOf(host, port, agent);
  try {
    await answers(ask, hostname(ROUTES - 1, 4));
    const first = performance.now() - from;
    await pause(REST_MS);
    console.log(
      `\n1 Gateway, ${ROUTES} HTTPRoutes × 5 hostnames: Envoy answers ${first.toFixed(0)} ms after it was started`,
    );
    console.log(memory('pharos', server.pid));
    console.log(memory('Envoy', envoy.pid!));
    const cpu = cpuSeconds(server.pid);
    const all: number[] = [];
    for (let i = 0; i < ADDED; i++) {
      await pause(200);
      const added = routes.add();
      const at = performance.now();
      await answers(ask, added);
      all.push(performance.now() - at);
    }
    all.sort((a, b) => a - b);
    const [median, worst] = [all[Math.floor(ADDED / 2)]!, all.at(-1)!];
    const each = ((cpuSeconds(server.pid) - cpu) / ADDED) * 1_000;
    console.log(`a route is added until Envoy answers it: median ${median.toFixed(1)} ms, most ${worst.toFixed(1)} ms`);
    console.log(`    ${each.toFixed(1)} ms of the server's CPU for each`);
    console.log(memory('pharos, right after that', server.pid));
    await pause(REST_MS);
    console.log(memory('pharos, at rest again', server.pid));
    console.log(memory('Envoy, after that', envoy.pid!));
  } finally {
    agent.destroy();
    envoy.kill('SIGKILL');
  }
}

function memory(who: string, pid: number): string {
  return `${who}: ${megabytes(pid).toFixed(0)} MB resident, at most ${peakMegabytes(pid).toFixed(0)} MB`;
}

async function startEnvoy(home: string, xdsPort: number): Promise<ChildProcess> {
  const file = join(home, 'envoy.json');
  const labels = { 'gateway.networking.k8s.io/gateway-name': GATEWAY };
  const who = { role: 'router', name: 'edge-1', namespace: NAMESPACE, addresses: [ADDRESS], labels } as const;
  const bootstrap = buildBootstrap({ ...who, xds: { address: ADDRESS, port: xdsPort }, admin: { port: 0 } });
  writeFileSync(file, JSON.stringify(bootstrap));
  const args = ['-c', file, '--concurrency', '2', '--disable-hot-restart', '-l', 'error'];
  const envoy = spawn(await findEnvoy(), args, { stdio: 'inherit' });
  process.once('exit', () => envoy.kill('SIGKILL'));
  return envoy;
}

/** Until a host is answered by a backend. */
async function answers(ask: (host: string) => Promise<number>, host: string): Promise<void> {
  while ((await ask(host)) !== 200) await pause(1);
}

function statusOf(host: string, port: number, agent: Agent): Promise<number> {
  return new Promise((resolve) => {
    get({ host: ADDRESS, port, agent, headers: { host } }, (response) => {
      response.resume().once('end', () => resolve(response.statusCode ?? 0));
    }).once('error', () => resolve(0));
  });
}

async function freePort(): Promise<number> {
  const server = createSocketServer();
  await new Promise<void>((resolve) => server.listen(0, ADDRESS, resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return port;
}
