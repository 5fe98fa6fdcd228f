import { join, resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import pino from 'pino';
import { durationMs } from '../lib/duration.ts';
import type { Address } from '../server/index.ts';
import { type AgentOptions, runAgent } from './agent/run.ts';
import { duration } from './duration.ts';
import { hostAndPort } from './host-and-port.ts';
import { label } from './label.ts';
import { type ServiceAccount, serviceAccount } from './service-account.ts';
import { defaultStateDirectory } from './state-directory.ts';
import { UsageError } from './usage-error.ts';

interface Options {
  readonly xds: Address;
  readonly serverName?: string;
  readonly tokenFile: string;
  readonly sa: ServiceAccount;
  readonly caRoot: string;
  readonly trustDomain: string;
  readonly ttl?: number;
  readonly sidecar?: string;
  readonly gateway?: string;
  readonly label: Readonly<Record<string, string>>;
  readonly ip: string;
  readonly admin: Address;
  readonly interception: 'redirect' | 'tproxy' | 'none';
  readonly httpProxyPort?: number;
  readonly protocol: 'delta' | 'sotw';
  readonly secretsOnly?: true;
  readonly directory?: string;
  readonly drain: number;
  readonly logLevel: string;
}

export function agentCommand(): Command {
  const command = new Command('agent')
    .description('Run an Envoy whose private key is made on this machine, and never leaves it.')
    .argument('[envoyArguments...]', 'after --, for Envoy')
    .requiredOption('--sa <namespace/name>', 'the service account of the workload', serviceAccount)
    .requiredOption('--token-file <file>', 'a token of it, read at every request: `pharos token` makes one')
    .addOption(
      new Option('--xds <host:port>', "pharos' secure port")
        .argParser(hostAndPort)
        .default({ host: '127.0.0.1', port: 15012 }, '127.0.0.1:15012'),
    )
    .addOption(
      new Option('--ca-root <file>', 'verify pharos by these roots').default(
        join(defaultStateDirectory(), 'root-cert.pem'),
        'root-cert.pem in $PHAROS_STATE, else in ~/.local/state/pharos',
      ),
    )
    .option('--server-name <name>', "the name in pharos' certificate, where it is not the host of --xds")
    .option('--trust-domain <name>', 'of the name that is asked for', 'cluster.local')
    .option('--ttl <duration>', 'how long certificates live; by default as long as pharos gives', duration);
  return addProxyOptions(command)
    .option('--secrets-only', 'start no Envoy: serve secrets to one that is started with the bootstrap in --directory')
    .option('--directory <directory>', 'where socket and bootstrap are; by default a new one, gone afterwards')
    .addOption(
      new Option('--drain <duration>', 'on SIGTERM, Envoy sends clients elsewhere for this long; 0s: not at all')
        .argParser(drainTime)
        .default(5_000, '5s'),
    )
    .addOption(
      new Option('--log-level <level>', 'what to log')
        .choices(['debug', 'info', 'warn', 'error', 'silent'])
        .default('info'),
    )
    .addHelpText('after', HELP)
    .action(run);
}

/** As those of `pharos bootstrap`. */
function addProxyOptions(command: Command): Command {
  return command
    .addOption(new Option('--sidecar <name>', 'of the workload; by default that of its service account'))
    .addOption(new Option('--gateway <name>', 'it is a gateway').conflicts('sidecar'))
    .option(
      '-l, --label <key=value>',
      'a label, for selectors; a gateway has istio=ingressgateway by default',
      label,
      {},
    )
    .option('--ip <address>', 'the address of the workload', '127.0.0.1')
    .addOption(
      new Option('--admin <host:port>', "where Envoy's admin page listens")
        .argParser(hostAndPort)
        .default({ host: '127.0.0.1', port: 15000 }, '127.0.0.1:15000'),
    )
    .addOption(
      new Option('--interception <mode>', 'sidecars: how connections reach it; none: it opens ports itself')
        .choices(['redirect', 'tproxy', 'none'])
        .default('redirect'),
    )
    .option('--http-proxy-port <port>', 'sidecars: where programs may use it as their http_proxy', Number)
    .addOption(
      new Option('--protocol <protocol>', 'delta sends only what changed').choices(['delta', 'sotw']).default('delta'),
    );
}

const HELP = `
Its exit code is Envoy's. A second signal ends it at once.

Examples:
  $ pharos token --sa shop/cart > cart.token
  $ pharos agent --sa shop/cart --token-file cart.token --interception none --http-proxy-port 15080
  $ pharos agent --sa edge/gateway --token-file edge.token --gateway edge --xds pharos.mesh:15012 --ca-root root.pem
  $ pharos agent --sa shop/cart --token-file cart.token -- --concurrency 2 --log-level debug
  $ pharos agent --sa shop/cart --token-file cart.token --secrets-only --directory /run/pharos/cart`;

async function run(envoyArgs: readonly string[], options: Options): Promise<void> {
  const log = pino({ level: options.logLevel }, pino.destination({ dest: 2, sync: true }));
  const [stop, stopNow] = [new AbortController(), new AbortController()];
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => (stop.signal.aborted ? stopNow : stop).abort());
  }
  process.exitCode = await runAgent({
    ...agentOptions(options),
    envoyArgs,
    log,
    stop: stop.signal,
    stopNow: stopNow.signal,
  });
}

function agentOptions(options: Options): Omit<AgentOptions, 'envoyArgs' | 'log' | 'stop' | 'stopNow'> {
  const { xds, sa, serverName, gateway, sidecar, httpProxyPort, trustDomain, ttl } = options;
  if (sidecar?.includes('.') || gateway?.includes('.')) {
    throw new UsageError(
      `its namespace is "${sa.namespace}", that of its service account`,
      'give its name without one',
    );
  }
  return {
    identity: {
      xds,
      serverName,
      id: { trustDomain, ...sa },
      tokenFile: resolve(options.tokenFile),
      rootFile: resolve(options.caRoot),
      ttlMs: ttl,
    },
    proxy: {
      role: gateway ? 'router' : 'sidecar',
      name: gateway ?? sidecar ?? sa.serviceAccount,
      namespace: sa.namespace,
      serviceAccount: sa.serviceAccount,
      addresses: [options.ip],
      labels: { ...(gateway && { istio: 'ingressgateway' }), ...options.label },
      xds: { address: xds.host, port: xds.port },
      serverName,
      admin: { address: options.admin.host, port: options.admin.port },
      protocol: options.protocol,
      interception: options.interception,
      ...(httpProxyPort !== undefined && { httpProxyPort }),
    },
    secretsOnly: options.secretsOnly === true,
    directory: options.directory,
    drainMs: options.drain,
  };
}

function drainTime(text: string): number {
  const ms = durationMs(text);
  if (ms === undefined) throw new InvalidArgumentError(`must be a duration like 5s or 0s, not "${text}"`);
  return ms;
}
