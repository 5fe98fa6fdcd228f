import { Command, Option } from 'commander';
import pino from 'pino';
import { serve } from '../control-plane/serve.ts';
import type { LocatedProblem } from '../store/index.ts';
import {
  followPushes,
  interruption,
  type PushEvent,
  type RunningControlPlane,
  runDemo,
  usualOrAny,
} from './demo/index.ts';
import { showProblem } from './show-problems.ts';
import { version } from './version.ts';

interface DemoCommandOptions {
  readonly docker?: boolean;
  readonly protocol: 'delta' | 'sotw';
}

export function demoCommand(): Command {
  return new Command('demo')
    .description('Run a directory on this machine: pharos, an Envoy for each Gateway, a small echo for each endpoint.')
    .argument('[directory]', 'what to run', 'examples/canary')
    .option('--docker', 'Envoy and the services as containers')
    .addOption(new Option('--protocol <protocol>', 'how Envoy is told').choices(['delta', 'sotw']).default('delta'))
    .addHelpText(
      'after',
      `
Examples:
  $ npm start
  $ npm start -- --docker
  $ pharos demo examples/canary     then edit a file there, and watch what is pushed`,
    )
    .action(run);
}

async function run(directory: string, { docker = false, protocol }: DemoCommandOptions): Promise<void> {
  await runDemo(directory, {
    docker,
    protocol,
    print: console.log,
    signal: interruption(),
    startControlPlane: (onPush) => startControlPlane(directory, onPush),
  });
}

async function startControlPlane(directory: string, onPush: (push: PushEvent) => void): Promise<RunningControlPlane> {
  const serving = await serve({
    directory,
    xds: { host: '127.0.0.1', port: await usualOrAny(15010) },
    admin: { host: '127.0.0.1', port: await usualOrAny(15014) },
    version: version(),
    log: pino({ level: 'silent' }),
    onEvent: followPushes(onPush),
    onProblems: printNew(),
  });
  return { port: serving.xds.port, stop: () => serving.stop() };
}

/** Each problem once, when it appears. */
function printNew(): (problems: readonly LocatedProblem[]) => void {
  let known = new Set<string>();
  return (problems) => {
    const texts = problems.map(showProblem);
    for (const text of texts) if (!known.has(text)) console.log(text);
    known = new Set(texts);
  };
}
