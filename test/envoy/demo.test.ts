import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { expect, onTestFailed, onTestFinished, test } from 'vitest';
import { readCalls, titleOf } from '../support/calls.ts';
import { envoyAdmin } from '../support/envoy-admin.ts';
import { judgeCall } from '../support/judge-call.ts';
import { freePort } from '../support/loopback.ts';
import { performCall } from '../support/perform-call.ts';
import { Hopeless, until } from '../support/until.ts';

const project = join(import.meta.dirname, '../..');

test.each(['delta', 'sotw'])(
  'the canary example does what its calls.yaml says, over %s, and follows its files',
  async (protocol) => {
    const { directory } = await exampleOnFreePorts('canary');
    const demo = await startDemo(directory, protocol);
    const { stats } = envoyAdmin(demo.adminAddress);

    for (const call of readCalls(join(directory, 'calls.yaml'))) {
      const port = Number(new URL(call.call.split(' ')[1]!).port);
      const result = await performCall(call, { address: '127.0.0.1', port, stats });
      expect(judgeCall(call, result), titleOf(call)).toEqual([]);
    }

    const reviews = (await (await fetch(`${demo.door}/reviews/1`)).json()) as { service: string };
    expect(reviews.service).toBe('reviews');
    edit(join(directory, 'canary.yaml'), 'prefix: /ratings', 'prefix: /stars');
    await until('the new path is routed', async () => (await fetch(`${demo.door}/stars`)).status === 200);
    expect((await fetch(`${demo.door}/ratings`)).status).toBe(404);

    expect(await demo.stop()).toBe(0);
    await expect(fetch(demo.door)).rejects.toThrow();
  },
);

test('a demo whose port is taken says which and for whom, and leaves nothing running', async () => {
  const { directory, ports } = await exampleOnFreePorts('canary');
  await startDemo(directory, 'delta');
  const second = run(directory, 'delta');

  expect(await second.ended).not.toBe(0);
  expect(second.output()).toContain(`port ${ports.get(9082)}, for reviews v2, is in use by another program`);
});

/** The command as a user runs it. */
function run(directory: string, protocol: string) {
  const child = spawn(process.execPath, [join(project, 'src/main.ts'), 'demo', directory, '--protocol', protocol]);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output += stripVTControlCharacters(String(chunk));
    });
  }
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  onTestFinished(() => stop(child, ended).then(() => undefined));
  // biome-ignore lint/suspicious/noConsole: what the demo said explains the failure
  onTestFailed(() => console.error(output));
  return { child, ended, output: () => output };
}

async function startDemo(directory: string, protocol: string) {
  const { child, ended, output } = run(directory, protocol);
  const ready = /gateway is ready: (\S+) .*admin page: http:\/\/(\S+)/;
  const [, door, adminAddress] = await until('the demo is ready', () => {
    if (child.exitCode !== null) throw new Hopeless(`the demo ended with ${child.exitCode}:\n${output()}`);
    return ready.exec(output()) ?? undefined;
  });
  return { door: door!, adminAddress: adminAddress!, stop: () => stop(child, ended) };
}

function stop(child: ChildProcess, ended: Promise<number | null>): Promise<number | null> {
  child.kill('SIGINT');
  return ended;
}

/** A copy of an example in which every port is one that is free, so that two runs of the tests do not meet. */
async function exampleOnFreePorts(name: string) {
  const directory = mkdtempSync(join(tmpdir(), 'pharos-example-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  cpSync(join(project, 'examples', name), directory, { recursive: true });
  const ports = new Map<number, number>();
  for (const port of [8080, 9081, 9082, 9083]) ports.set(port, await freePort());
  for (const file of readdirSync(directory).filter((file) => file.endsWith('.yaml'))) {
    const text = readFileSync(join(directory, file), 'utf8');
    writeFileSync(
      join(directory, file),
      text.replace(/\b(8080|908\d)\b/g, (port) => String(ports.get(Number(port)) ?? port)),
    );
  }
  return { directory, ports };
}

function edit(file: string, before: string, after: string): void {
  const text = readFileSync(file, 'utf8');
  if (!text.includes(before)) throw new Error(`${file} has no "${before}" to replace`);
  writeFileSync(file, text.replace(before, after));
}
