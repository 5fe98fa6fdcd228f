import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { onTestFinished } from 'vitest';
import { type Serving, serve } from '../../src/control-plane/serve.ts';
import type { ServerEvent } from '../../src/server/index.ts';
import { until } from './until.ts';

export type Sent = Extract<ServerEvent, { kind: 'sent' }>;

/** A pharos that serves a directory of its own to a test's Envoys. */
export interface Served {
  readonly directory: string;
  readonly port: number;
  readonly serving: Serving;
  readonly events: readonly ServerEvent[];
  /** As editors write: a copy, then a rename. */
  readonly write: (name: string, text: string) => void;
  readonly remove: (name: string) => void;
  /** Makes a change, and waits until `proxies` streams have taken all of it. Gives what was sent for it. */
  readonly change: (make: () => void, proxies?: number) => Promise<readonly Sent[]>;
  readonly stop: () => Promise<void>;
}

export interface ServedOptions {
  readonly files: Readonly<Record<string, string>>;
  readonly port?: number;
  /** One that is there already. */
  readonly directory?: string;
}

export async function serveForTest({ files, port = 0, directory = temporary() }: ServedOptions): Promise<Served> {
  const write = (name: string, text: string): void => {
    writeFileSync(join(directory, `.${name}`), text);
    renameSync(join(directory, `.${name}`), join(directory, name));
  };
  for (const [name, text] of Object.entries(files)) write(name, text);
  const events: ServerEvent[] = [];
  const serving = await serve({
    directory,
    xds: { host: '127.0.0.1', port },
    admin: { host: '127.0.0.1', port: 0 },
    version: 'test',
    log: pino({ level: 'silent' }),
    onEvent: (event) => events.push(event),
  });
  let stopped: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    stopped ??= serving.stop();
    return stopped;
  };
  onTestFinished(stop);
  const change: Served['change'] = async (make, proxies = 1) => {
    const from = events.length;
    make();
    await until('every proxy has the change', () => {
      const converged = events.slice(from).filter(({ kind }) => kind === 'converged');
      return converged.length >= proxies;
    });
    return events.slice(from).filter((event): event is Sent => event.kind === 'sent');
  };
  const remove = (name: string): void => rmSync(join(directory, name));
  return { directory, port: serving.xds.port, serving, events, write, remove, change, stop };
}

function temporary(): string {
  const directory = mkdtempSync(join(tmpdir(), 'pharos-served-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}
