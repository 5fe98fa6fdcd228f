import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { onTestFailed, onTestFinished } from 'vitest';
import { freePort } from './loopback.ts';
import { Hopeless, until } from './until.ts';

const project = join(import.meta.dirname, '../..');

export interface RunningDemo {
  /** All that it said so far, without colours. */
  readonly output: () => string;
  /** As Ctrl-C does. Gives its exit code. */
  readonly stop: () => Promise<number | null>;
}

/** The command as a user runs it. */
export function runDemo(directory: string, protocol: string) {
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

/** Back when it has told how to try it. */
export async function startDemo(directory: string, protocol: string): Promise<RunningDemo> {
  const { child, ended, output } = runDemo(directory, protocol);
  await until('the demo is ready', () => {
    if (child.exitCode !== null) throw new Hopeless(`the demo ended with ${child.exitCode}:\n${output()}`);
    return output().includes('Ctrl-C ends everything') || undefined;
  });
  return { output, stop: () => stop(child, ended) };
}

function stop(child: ChildProcess, ended: Promise<number | null>): Promise<number | null> {
  child.kill('SIGINT');
  return ended;
}

/** A copy of an example in which these ports are ones that are free, so that two runs of the tests do not meet. */
export async function exampleOnFreePorts(name: string, wanted: readonly number[]) {
  const directory = mkdtempSync(join(tmpdir(), 'pharos-example-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  cpSync(join(project, 'examples', name), directory, { recursive: true });
  const ports = new Map<number, number>();
  for (const port of wanted) ports.set(port, await freePort());
  for (const file of readdirSync(directory).filter((file) => file.endsWith('.yaml'))) {
    const text = readFileSync(join(directory, file), 'utf8');
    writeFileSync(
      join(directory, file),
      text.replace(/\b\d{4}\b/g, (port) => String(ports.get(Number(port)) ?? port)),
    );
  }
  return { directory, ports };
}

export function edit(file: string, before: string, after: string): void {
  const text = readFileSync(file, 'utf8');
  if (!text.includes(before)) throw new Error(`${file} has no "${before}" to replace`);
  writeFileSync(file, text.replace(before, after));
}
