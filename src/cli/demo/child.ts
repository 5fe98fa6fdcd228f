import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import pc from 'picocolors';

/** A program of the demo. Its lines appear with its name before them. */
export interface Child {
  readonly name: string;
  /** The end, by itself or by `stop`: what it was, for people (`exit code 1`, `SIGKILL`). */
  readonly ended: Promise<string>;
  readonly stop: () => Promise<void>;
}

export interface ChildOptions {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly print: (line: string) => void;
  /** Lines that a reader of the demo does not need. */
  readonly hide?: (line: string) => boolean;
}

/** A program that does not end when asked is ended after this. Envoy needs a few milliseconds. */
const PATIENCE_MS = 3_000;
const COLOURS = [pc.cyan, pc.magenta, pc.yellow, pc.blue, pc.green] as const;

export function startChild({ name, command, args, print, hide = () => false }: ChildOptions): Child {
  const process_ = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const prefix = colourOf(name)(name.padEnd(12));
  for (const stream of [process_.stdout, process_.stderr]) {
    createInterface({ input: stream }).on('line', (line) => hide(line) || print(`${prefix} ${line}`));
  }
  // Whatever ends this process, its children do not outlive it.
  const kill = () => void process_.kill('SIGKILL');
  process.once('exit', kill);
  const ended = endOf(process_).finally(() => process.off('exit', kill));
  return { name, ended, stop: () => stop(process_, ended) };
}

function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(`could not start: ${error.message}`));
    child.once('close', (code, signal) => resolve(signal ?? `exit code ${code}`));
  });
}

async function stop(child: ChildProcess, ended: Promise<string>): Promise<void> {
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
  await ended;
  clearTimeout(timer);
}

/** By name, so that a service has its colour at every start. */
function colourOf(name: string): (text: string) => string {
  const sum = [...name].reduce((total, letter) => total + letter.charCodeAt(0), 0);
  return COLOURS[sum % COLOURS.length]!;
}
