import { join } from 'node:path';
import type { Backend } from './plan.ts';

/** How a program is started. */
export interface Command {
  readonly command: string;
  readonly args: readonly string[];
}

/** The two programs that a demo is made of, as processes or as containers. */
export interface Tools {
  /** `proxy`: by which it asks others. */
  readonly echo: (backend: Backend, proxy?: string) => Command;
  /** The bootstrap is a file `<folder>/<name>.json`. */
  readonly envoy: (folder: string, name: string) => Command;
  /** Who may read that file: there may be a token in it. */
  readonly bootstrapMode: number;
}

/** From src/ and from dist/ alike. */
export const ECHO_SCRIPT = join(import.meta.dirname, '../../../examples/canary/echo.mjs');

export function localTools(envoyPath: string): Tools {
  return {
    echo: (backend, proxy) => ({
      command: process.execPath,
      args: [ECHO_SCRIPT, ...echoArguments(backend, proxy)],
    }),
    envoy: (folder, name) => ({ command: envoyPath, args: envoyArguments(join(folder, `${name}.json`)) }),
    bootstrapMode: 0o600,
  };
}

export function echoArguments({ service, version, address, port, forwards = [] }: Backend, proxy?: string): string[] {
  return [
    ...['--service', service, '--version', version, '--address', address, '--port', String(port)],
    ...forwards.flatMap((forward) => ['--forward', forward]),
    ...(proxy === undefined ? [] : ['--proxy', proxy]),
  ];
}

/**
 * No hot restart: a second Envoy on this machine must not meet this one in shared memory. Drained as Istio drains: when
 * a policy changes, a connection that is open already serves one more request by the old one, and not for ten minutes.
 */
export function envoyArguments(bootstrap: string): string[] {
  return [
    '-c',
    bootstrap,
    '--disable-hot-restart',
    ...['--drain-time-s', '45', '--drain-strategy', 'immediate'],
    '--concurrency',
    '2',
    '--log-level',
    'warning',
    '--log-format',
    '%l: %v',
  ];
}
