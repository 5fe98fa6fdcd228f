import { Command, Option } from 'commander';
import pino from 'pino';
import { serve } from '../control-plane/serve.ts';
import type { ServerEvent } from '../server/index.ts';
import { type PushEvent, runDemo } from './demo/index.ts';
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

async function run(directory: string, { docker, protocol }: DemoCommandOptions): Promise<void> {
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort());
  await runDemo(directory, {
    docker: docker ?? false,
    protocol,
    print: console.log,
    signal: stop.signal,
    startControlPlane: (onPush) => startControlPlane(directory, onPush),
  });
}

async function startControlPlane(directory: string, onPush: (push: PushEvent) => void) {
  const known = new Set<string>();
  const serving = await serve({
    directory,
    xds: { host: '127.0.0.1', port: 15010 },
    admin: { host: '127.0.0.1', port: 15014 },
    version: version(),
    log: pino({ level: 'silent' }),
    onEvent: pushes(onPush),
    onProblems: (problems) => {
      for (const text of problems.map(showProblem)) if (!known.has(text)) console.log(text);
      known.clear();
      for (const text of problems.map(showProblem)) known.add(text);
    },
  });
  return { port: serving.xds.port, stop: () => serving.stop() };
}

/** A response and its answer are one line. */
function pushes(onPush: (push: PushEvent) => void): (event: ServerEvent) => void {
  const sent = new Map<string, PushEvent>();
  return (event) => {
    if (event.kind !== 'sent' && event.kind !== 'accepted' && event.kind !== 'rejected') return;
    const key = `${event.proxy.stream} ${event.type} ${event.nonce}`;
    if (event.kind === 'sent') {
      const { resources, removed, bytes } = event;
      sent.set(key, {
        proxy: proxyName(event.proxy.node.id),
        type: event.type.toUpperCase(),
        changed: resources,
        removed,
        bytes,
      });
      return;
    }
    const push = sent.get(key);
    if (!push) return;
    sent.delete(key);
    onPush(event.kind === 'accepted' ? { ...push, ackMs: event.ms } : { ...push, nack: event.error });
  };
}

/** `router~10.0.0.7~gateway.web~…` → `gateway.web`. */
function proxyName(id: string): string {
  return id.split('~')[2] ?? id;
}
