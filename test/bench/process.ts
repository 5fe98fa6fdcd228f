import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createInterface, type Interface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

/** How pharos is started: as it is installed. */
export const PHAROS: readonly string[] = [...(process.env.BENCH_NODE_ARGS?.split(' ') ?? []), 'dist/main.js'];

/** A child process that answers lines with lines. */
export interface LineProcess {
  readonly pid: number;
  /** The next line it prints for which `wanted` holds. */
  readonly line: (wanted?: (line: string) => boolean) => Promise<string>;
  readonly say: (line: string) => void;
  readonly stop: () => Promise<void>;
}

export function startProcess(args: readonly string[]): LineProcess {
  const child: ChildProcessByStdio<Writable, Readable, null> = spawn(process.execPath, [...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines: Interface = createInterface({ input: child.stdout });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return {
    pid: child.pid!,
    line: (wanted = () => true) =>
      new Promise((resolve, reject) => {
        const take = (line: string): void => {
          if (!wanted(line)) return;
          lines.off('line', take);
          resolve(line);
        };
        lines.on('line', take);
        void ended.then(() => reject(new Error(`${args.join(' ')} ended`)));
      }),
    say: (line) => child.stdin.write(`${line}\n`),
    stop: async () => {
      child.kill(process.env.BENCH_NODE_ARGS ? 'SIGTERM' : 'SIGKILL');
      await ended;
    },
  };
}

/** User and system time that a process has used. Seconds. */
export function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** The memory of a process. MB. */
export function megabytes(pid: number): number {
  return statusMegabytes(pid, 'VmRSS');
}

/** The most memory a process had since `resetPeak`. MB. */
export function peakMegabytes(pid: number): number {
  return statusMegabytes(pid, 'VmHWM');
}

function statusMegabytes(pid: number, field: string): number {
  const kilobytes = new RegExp(`${field}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kilobytes) / 1024;
}

export function resetPeak(pid: number): void {
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
}
