import { Command, Option } from 'commander';
import pino from 'pino';
import type { IdentityOptions } from '../control-plane/identities.ts';
import { type Serving, serve } from '../control-plane/serve.ts';
import type { LocatedProblem } from '../store/index.ts';
import {
  followPushes,
  interruption,
  type RunningControlPlane,
  runDemo,
  usualOrAny,
  type WantedControlPlane,
} from './demo/index.ts';
import { showProblem } from './show-problems.ts';
import { version } from './version.ts';

interface DemoCommandOptions {
  readonly docker?: boolean;
  readonly protocol: 'delta' | 'sotw';
}

export function demoCommand(): Command {
  return new Command('demo')
    .description(
      'Run a directory on this machine: pharos, an Envoy for each Gateway and sidecar, a small echo for each endpoint.',
    )
    .argument('[directory]', 'what to run', 'examples/canary')
    .option('--docker', 'Envoy and the services as containers')
    .addOption(new Option('--protocol <protocol>', 'how Envoy is told').choices(['delta', 'sotw']).default('delta'))
    .addHelpText(
      'after',
      `
Examples:
  $ npm start
  $ npm start -- --docker
  $ npm start -- examples/mtls
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
    startControlPlane: (wanted) => startControlPlane(directory, wanted),
  });
}

async function startControlPlane(
  directory: string,
  { onPush, identities }: WantedControlPlane,
): Promise<RunningControlPlane> {
  const serving = await serve({
    directory,
    xds: { host: LOCALHOST, port: await usualOrAny(15010) },
    admin: { host: LOCALHOST, port: await usualOrAny(15014) },
    version: version(),
    log: pino({ level: 'silent' }),
    onEvent: followPushes(onPush),
    onProblems: printNew(),
    identities: identities ? await identitiesForNow() : undefined,
  });
  return { xdsFor: xdsOf(serving), stop: () => serving.stop() };
}

const LOCALHOST = '127.0.0.1';

/** Longer than anybody plays. */
const TOKEN_TTL_MS = 30 * 24 * 3_600_000;

/** The root and the key of tokens are in memory: nobody else believes them, and they end with the demo. */
async function identitiesForNow(): Promise<IdentityOptions> {
  const day = 24 * 3_600_000;
  const address = { host: LOCALHOST, port: await usualOrAny(15012) };
  return { address, names: ['localhost', LOCALHOST], workloadTtlMs: day, maxWorkloadTtlMs: day };
}

function xdsOf({ xds, secure }: Serving): RunningControlPlane['xdsFor'] {
  if (!secure) return () => Promise.resolve({ address: LOCALHOST, port: xds.port });
  const { address, authority, tokens } = secure;
  const { rootsPem } = authority.trust();
  return async (namespace, serviceAccount) => {
    const token = await tokens.own.sign({ namespace, serviceAccount, ttlMs: TOKEN_TTL_MS });
    return { address: LOCALHOST, port: address.port, tls: { rootsPem, proof: { kind: 'token', token } } };
  };
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
