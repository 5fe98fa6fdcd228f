import { Command, InvalidArgumentError, Option } from 'commander';
import pino, { type Logger } from 'pino';
import { type Serving, serve } from '../control-plane/serve.ts';
import type { Address } from '../server/index.ts';
import { checkExists } from './check-exists.ts';
import { addGatewayOptions, type GatewayCommandOptions, gatewayOptions } from './gateway-options.ts';
import { giveBackMemoryAtRest } from './give-back-memory.ts';
import { hostAndPort } from './host-and-port.ts';
import { addIdentityOptions, type IdentityCommandOptions, identityOptions } from './identity-options.ts';
import { version } from './version.ts';

interface ServeCommandOptions extends IdentityCommandOptions, GatewayCommandOptions {
  readonly xds: Address;
  readonly admin: Address;
  readonly poll?: number;
  readonly debounce: number;
  readonly drain: number;
  readonly logLevel: string;
}

export function serveCommand(): Command {
  const command = new Command('serve')
    .description('Serve a directory of configuration to Envoys, and follow its changes.')
    .argument('<directory>', 'the directory (or one file) to read and watch')
    .option('--xds <host:port>', 'where proxies connect (plaintext)', hostAndPort, { host: '127.0.0.1', port: 15010 })
    .option('--admin <host:port>', 'health, metrics and debug pages', hostAndPort, { host: '127.0.0.1', port: 15014 });
  return addGatewayOptions(addIdentityOptions(command))
    .option(
      '--poll <ms>',
      'look every so often instead of being told: for bind mounts and network file systems',
      milliseconds,
    )
    .option('--debounce <ms>', 'take a change in when nothing more happened for this long', milliseconds, 3)
    .option('--drain <ms>', 'on SIGTERM, end streams spread over this time', milliseconds, 5_000)
    .addOption(
      new Option('--log-level <level>', 'what to log')
        .choices(['debug', 'info', 'warn', 'error', 'silent'])
        .default('info'),
    )
    .addHelpText(
      'after',
      `
Examples:
  $ pharos serve examples/canary
  $ pharos serve /etc/mesh --xds 0.0.0.0:15010 --poll 500
  $ pharos serve /etc/mesh --secure 0.0.0.0:15012 --secure-names pharos.mesh.example --ca-certs /etc/cacerts
  $ curl -s localhost:15014/debug/proxies | jq

A second signal ends it at once.`,
    )
    .action(run);
}

async function run(directory: string, options: ServeCommandOptions): Promise<void> {
  checkExists(directory);
  const log = pino({ level: options.logLevel });
  const started = performance.now();
  const serving = await serve({
    directory,
    xds: options.xds,
    admin: options.admin,
    poll: options.poll,
    debounceMs: options.debounce,
    version: version(),
    log,
    onProgress: progress(log),
    identities: identityOptions(options),
    gateways: gatewayOptions(options),
  });
  giveBackMemoryAtRest();
  const objects = serving.controlPlane.store.objects().length;
  const { xds, admin, secure } = serving;
  if (secure) logAuthority(log, secure, options);
  log.info({ directory, objects, ms: Math.round(performance.now() - started) }, 'configuration read');
  log.info({ xds: at(xds), ...(secure && { secure: at(secure.address) }), admin: `http://${at(admin)}` }, 'serving');
  await untilSignal(log);
  await serving.stop({ overMs: options.drain });
  log.info('stopped');
}

function at({ host, port }: Address): string {
  return `${host}:${port}`;
}

/** Whom to believe, so that somebody can compare it with what a proxy believes. */
function logAuthority(log: Logger, { authority }: NonNullable<Serving['secure']>, options: ServeCommandOptions): void {
  const { roots, signer } = authority.describe();
  const from = options.caCerts === undefined ? { state: options.state } : { caCerts: options.caCerts };
  const expires = new Date(signer.notAfterMs).toISOString();
  log.info({ ...from, roots: roots.map(({ fingerprint }) => fingerprint), expires }, 'certificate authority');
}

/** A word every thousand files, so that a long start is not silent. */
function progress(log: Logger): (read: number, total: number) => void {
  return (read, total) => {
    if (read % 1_000 === 0 && read < total) log.info({ read, total }, 'reading');
  };
}

async function untilSignal(log: Logger): Promise<void> {
  const signal = await new Promise<string>((resolve) => {
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => resolve(name));
  });
  log.info({ signal }, 'stopping');
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => process.exit(1));
}

function milliseconds(text: string): number {
  const ms = Number(text);
  if (!Number.isFinite(ms) || ms < 0) throw new InvalidArgumentError(`must be a number of milliseconds, not "${text}"`);
  return ms;
}
