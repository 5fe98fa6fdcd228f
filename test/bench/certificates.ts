import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openTokenIssuer } from '../../src/auth/index.ts';
import { TestProxy } from '../support/test-proxy.ts';
import { until } from '../support/until.ts';
import type { AskCommand } from './ask-certificates.ts';
import { type BenchMesh, writeMesh } from './mesh.ts';
import { cpuSeconds, type LineProcess, PHAROS, startProcess } from './process.ts';

const SERVICES = 1_000;
const CHANGES = 50;
/** What issue 4 asks for, and more than the limits of one pharos allow in the long run. */
const RATES = [500, 1_000];

/**
 * What signing costs, what it costs the others, and what it takes to hold certificates. The server, those who ask for
 * certificates, and whoever holds them, are processes of their own.
 */
export async function measureCertificates(): Promise<void> {
  const making = startProcess(['--expose-gc', 'test/bench/make-certificates.ts']);
  await making.line((line) => !show(line));
  const home = mkdtempSync(join(tmpdir(), 'pharos-bench-'));
  const mesh = writeMesh(join(home, 'mesh'), SERVICES);
  const state = join(home, 'state');
  const free = '127.0.0.1:0';
  const ports = ['--xds', free, '--admin', free, '--secure', free];
  const server = startProcess([...PHAROS, 'serve', mesh.directory, ...ports, '--state', state]);
  try {
    const { secure } = JSON.parse(await server.line((line) => line.includes('"serving"'))) as { secure: string };
    await measureServer(server, mesh, { address: secure, state });
  } finally {
    await server.stop();
    rmSync(home, { recursive: true, force: true });
  }
}

/** Whether there is more to come. */
function show(line: string): boolean {
  if (line !== '') console.log(line);
  return line !== '';
}

interface Place {
  readonly address: string;
  readonly state: string;
}

async function measureServer(server: LineProcess, mesh: BenchMesh, place: Place): Promise<void> {
  const proxy = await connect(place);
  const asker = startProcess(['test/bench/ask-certificates.ts', place.address, place.state]);
  const tell = (command: AskCommand): void => asker.say(JSON.stringify(command));
  const change = (i: number) => latency(proxy, mesh, i);
  try {
    await asker.line((line) => line === 'connected');
    await times(CHANGES, change);
    const idle = await times(CHANGES, change);
    console.log(`one weight changed until it is ACKed, nobody asks for certificates: ${words(idle)}`);
    for (const perSecond of RATES) {
      const said = asker.line();
      const [cpu, from] = [cpuSeconds(server.pid), performance.now()];
      tell({ perSecond });
      const busy = await times(CHANGES, change);
      tell({ perSecond: 0 });
      const { given, refused } = JSON.parse(await said) as { given: number; refused: number };
      const seconds = (performance.now() - from) / 1000;
      const cost = ((cpuSeconds(server.pid) - cpu) / given) * 1000;
      console.log(
        `… while ${(given / seconds).toFixed(0)} a second are given over gRPC (${refused} refused): ${words(busy)}`,
      );
      console.log(`    ${ratio(busy, idle)}; ${cost.toFixed(2)} ms of the server's CPU for each, the changes included`);
    }
  } finally {
    await proxy.close();
    await asker.stop();
  }
}

async function connect({ address, state }: Place): Promise<TestProxy> {
  const node = {
    id: 'sidecar~10.200.0.1~s7-0.ns7~ns7.svc.cluster.local',
    cluster: 's7',
    metadata: { LABELS: { app: 's7' } },
    userAgentName: 'envoy',
  };
  const issuer = await openTokenIssuer({ directory: state, clock: Date.now });
  const token = await issuer.sign({ namespace: 'ns7', serviceAccount: 'default', ttlMs: 3_600_000 });
  const rootPem = readFileSync(join(state, 'root-cert.pem'), 'utf8');
  const proxy = new TestProxy(address, 'delta', node, { rootPem, token });
  for (const type of ['cds', 'lds'] as const) {
    proxy.subscribe(type);
    await until(type, () => proxy.responses.some((response) => response.type === type));
  }
  proxy.subscribe('rds', '80');
  proxy.subscribe('vhds');
  await until('virtual hosts', () => proxy.responses.some(({ type }) => type === 'vhds'));
  return proxy;
}

/** From the rename of a file until the proxy has ACKed what that changed. Milliseconds. */
async function latency(proxy: TestProxy, mesh: BenchMesh, i: number): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, 100));
  // Not by asking again and again: the server and its clients share the cores with this process.
  const arrived = new Promise<void>((resolve) => {
    proxy.reply = () => {
      resolve();
      return 'ack';
    };
  });
  const from = mesh.changeWeight(7, (i % 80) + 10);
  await arrived;
  return performance.timeOrigin + performance.now() - from;
}

let changes = 0;
async function times(count: number, act: (i: number) => Promise<number>): Promise<readonly number[]> {
  const all: number[] = [];
  for (let i = 0; i < count; i++) all.push(await act(changes++));
  return all.sort((a, b) => a - b);
}

function at(sorted: readonly number[], share: number): number {
  return sorted[Math.min(Math.floor(sorted.length * share), sorted.length - 1)]!;
}

function words(sorted: readonly number[]): string {
  return `median ${at(sorted, 0.5).toFixed(1)} ms, p99 ${at(sorted, 0.99).toFixed(1)} ms`;
}

function ratio(busy: readonly number[], idle: readonly number[]): string {
  const of = (share: number): string => (at(busy, share) / at(idle, share)).toFixed(2);
  return `${of(0.5)} times the idle median, ${of(0.99)} times the idle p99`;
}
