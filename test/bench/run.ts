/**
 * Prints figures; asserts nothing. The server and the sidecars are processes of their own on this machine.
 *
 *   npm run bench                      services 100, 1,000, 5,000 × sidecars 1, 100, 1,000, and 1,000 × 500
 *   npm run bench -- 1000x500          one mesh
 *   npm run bench -- gateway-api       1,000 HTTPRoutes on one Gateway, with a real Envoy
 *   npm run bench -- certificates      signing, what it costs the others, and what it takes to hold certificates
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Table from 'cli-table3';
import { measureCertificates } from './certificates.ts';
import { measureGatewayApi } from './gateway-api.ts';
import { type BenchMesh, writeMesh } from './mesh.ts';
import { cpuSeconds, type LineProcess, PHAROS, peakMegabytes, resetPeak, startProcess } from './process.ts';
import type { Answer, Command } from './sidecars.ts';

const ALL = [100, 1_000, 5_000].flatMap((services) => [1, 100, 1_000].map((count) => [services, count] as const));
/** Each change is made several times; the median is printed. */
const TIMES = 5;

interface Row {
  readonly what: string;
  readonly ms: number;
  readonly cpu: number;
  readonly resources: number;
  readonly bytes: number;
  readonly types: readonly string[];
}

const asked = process.argv.slice(2);
const sizes = asked.filter((text) => /^\d+x\d+$/.test(text)).map((text) => text.split('x').map(Number));
const meshes = asked.length > 0 ? sizes : [...ALL, [1_000, 500] as const];
for (const [services = 0, count = 0] of meshes) await measure(services, count);
if (asked.length === 0 || asked.includes('gateway-api')) await measureGatewayApi();
if (asked.length === 0 || asked.includes('certificates')) await measureCertificates();

async function measure(services: number, count: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'pharos-bench-'));
  const mesh = writeMesh(folder, services);
  const started = performance.now();
  const server = startProcess([
    ...PHAROS,
    'serve',
    folder,
    '--xds',
    '127.0.0.1:0',
    '--admin',
    '127.0.0.1:0',
    '--no-secure',
  ]);
  const sidecars = startProcess([...(process.env.BENCH_CLIENT_ARGS?.split(' ') ?? []), 'test/bench/sidecars.ts']);
  try {
    const address = (JSON.parse(await server.line((line) => line.includes('"serving"'))) as { xds: string }).xds;
    const startMs = performance.now() - started;
    const idle = `start ${startMs.toFixed(0)} ms, ${cpuSeconds(server.pid).toFixed(1)} CPU-s, peak ${peakMegabytes(server.pid).toFixed(0)} MB`;
    print(
      services,
      count,
      idle,
      await rows(mesh, server, sidecars, { address, count, services }),
      peakMegabytes(server.pid),
    );
  } finally {
    await Promise.all([server.stop(), sidecars.stop()]);
    rmSync(folder, { recursive: true });
  }
}

async function rows(
  mesh: BenchMesh,
  server: LineProcess,
  sidecars: LineProcess,
  { address, count, services }: { address: string; count: number; services: number },
): Promise<Row[]> {
  const ask = async (command: Command): Promise<Answer> => {
    const line = sidecars.line();
    sidecars.say(JSON.stringify(command));
    return JSON.parse(await line) as Answer;
  };
  const timed = async (what: string, act: () => number, command: Command): Promise<Row> => {
    await ask({ do: 'mark' });
    const cpu = cpuSeconds(server.pid);
    const answer = ask(command);
    const from = act();
    const { at, bytes, resources, types } = await answer;
    await settled(server.pid);
    return { what, ms: at - from, cpu: cpuSeconds(server.pid) - cpu, resources, bytes, types };
  };
  const now = (): number => performance.timeOrigin + performance.now();
  const repeated = async (what: string, act: (i: number) => number): Promise<Row> => {
    const all: Row[] = [];
    for (let i = 0; i < TIMES; i++) all.push(await timed(what, () => act(i), { do: 'await' }));
    return all.sort((a, b) => a.ms - b.ms)[Math.floor(TIMES / 2)]!;
  };
  resetPeak(server.pid);
  const connect = await timed('first connect until all ACKed', now, {
    do: 'connect',
    address,
    count,
    services,
    namespaces: mesh.namespaces.length,
  });
  const peak = peakMegabytes(server.pid);
  await repeated('warm-up', (i) => mesh.changeWeight(7, 60 + i));
  const weight = await repeated('one weight changed', (i) => mesh.changeWeight(7, 70 + i));
  const endpoint = await repeated('one endpoint changed', (i) => mesh.changeEndpoint(9, 100 + i));
  // What the file of service 9 says besides the endpoint is what it said before, so only that differs.
  const cpu = cpuSeconds(server.pid);
  await ask({ do: 'reconnect' });
  await settled(server.pid);
  const again = await timed('… then one weight', () => mesh.changeWeight(7, 50), { do: 'await' });
  const reconnect: Row = { ...again, what: 'reconnect, and one weight', cpu: cpuSeconds(server.pid) - cpu };
  return [{ ...connect, what: `${connect.what} (peak ${peak.toFixed(0)} MB)` }, weight, endpoint, reconnect];
}

/** Until a process has done nothing for a while: ACKs arrive after what is measured. */
async function settled(pid: number): Promise<void> {
  for (let before = -1; before !== cpuSeconds(pid); ) {
    before = cpuSeconds(pid);
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
}

function print(services: number, count: number, idle: string, rows: readonly Row[], peak: number): void {
  const table = new Table({ head: ['', 'ms', 'server CPU-s', 'resources', 'bytes', 'types'], style: { head: [] } });
  for (const { what, ms, cpu, resources, bytes, types } of rows) {
    table.push([what, ms.toFixed(1), cpu.toFixed(2), resources, bytes.toLocaleString('en'), types.join(' ')]);
  }
  console.log(`\n${services} services, ${count} delta sidecars   (${idle}; peak with sidecars ${peak.toFixed(0)} MB)`);
  console.log(table.toString());
  console.log('resources and bytes: of the sidecar that received most');
}
