import { join } from 'node:path';
import type { Backend } from './plan.ts';

/** How a program is started. */
export interface Command {
  readonly command: string;
  readonly args: readonly string[];
}

/** The two programs that a demo is made of, as processes or as containers. */
export interface Tools {
  readonly echo: (backend: Backend) => Command;
  /** The bootstrap is a file `<folder>/<name>.json`. */
  readonly envoy: (folder: string, name: string) => Command;
}

/** From src/ and from dist/ alike. */
export const ECHO_SCRIPT = join(import.meta.dirname, '../../../examples/canary/echo.mjs');

export function localTools(envoyPath: string): Tools {
  return {
    echo: (backend) => ({ command: process.execPath, args: [ECHO_SCRIPT, ...echoArguments(backend)] }),
    envoy: (folder, name) => ({ command: envoyPath, args: envoyArguments(join(folder, `${name}.json`)) }),
  };
}

export function echoArguments({ service, version, address, port }: Backend): string[] {
  return ['--service', service, '--version', version, '--address', address, '--port', String(port)];
}

/** No hot restart: a second Envoy on this machine must not meet this one in shared memory. */
export function envoyArguments(bootstrap: string): string[] {
  return [
    '-c',
    bootstrap,
    '--disable-hot-restart',
    '--concurrency',
    '2',
    '--log-level',
    'warning',
    '--log-format',
    '%l: %v',
  ];
}
