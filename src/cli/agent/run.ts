import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { JsonObject } from '../../proto/index.ts';
import { realTimers, type ServerEvent } from '../../server/index.ts';
import { findEnvoy } from '../demo/find-envoy.ts';
import { UsageError } from '../usage-error.ts';
import { AskFailed, type AskFault } from './ask.ts';
import { type AgentBootstrapOptions, buildAgentBootstrap } from './bootstrap.ts';
import { type AgentEnvoy, startAgentEnvoy } from './envoy.ts';
import { type Identity, type IdentityOptions, obtainIdentity } from './identity.ts';
import { keepIdentity } from './keep-identity.ts';
import { openPlace } from './place.ts';
import { serveSecrets } from './sds.ts';
import { type AgentSecrets, createAgentSecrets } from './secrets.ts';

export interface AgentOptions {
  readonly identity: IdentityOptions;
  readonly proxy: Omit<AgentBootstrapOptions, 'socket'>;
  /** Without an Envoy of its own. */
  readonly secretsOnly: boolean;
  /** Where the socket and the bootstrap are. Undefined: in a new directory, which is gone afterwards. */
  readonly directory: string | undefined;
  readonly drainMs: number;
  readonly envoyArgs: readonly string[];
  readonly log: Logger;
  /** The end is wanted; and wanted now. */
  readonly stop: AbortSignal;
  readonly stopNow: AbortSignal;
}

/** Runs until its Envoy ends, or until told to. Gives the exit code. Throws a UsageError if it cannot begin. */
export async function runAgent(options: AgentOptions): Promise<number> {
  const { log, stop, secretsOnly } = options;
  const binary = secretsOnly ? undefined : await findEnvoy({ say: (line) => log.info(line) });
  await using opened = new AsyncDisposableStack();
  const place = await openPlace(options.directory);
  opened.defer(place.close);
  const secrets = createAgentSecrets();
  opened.defer(await serveSecrets(place.socket, secrets, logEvents(log)));
  const renewing = new AbortController();
  opened.defer(() => renewing.abort());
  await prove(options, secrets, AbortSignal.any([stop, renewing.signal]));
  if (stop.aborted) return 0;

  const bootstrap = buildAgentBootstrap({ ...options.proxy, socket: place.socket });
  const bootstrapFile = await write(place.directory, bootstrap);
  opened.defer(() => rm(bootstrapFile, { force: true }));
  if (binary !== undefined) return await runEnvoy(binary, bootstrapFile, place.directory, options);
  log.info({ socket: place.socket, bootstrap: bootstrapFile }, 'serving secrets');
  await aborted(stop);
  return 0;
}

/** Over when there is a first identity. */
async function prove({ identity, log }: AgentOptions, secrets: AgentSecrets, signal: AbortSignal): Promise<void> {
  try {
    await keepIdentity({
      obtain: (before) => obtainIdentity(identity, before),
      timers: realTimers,
      random: Math.random,
      onIdentity: (young) => {
        secrets.set(young);
        log.info(described(young), 'certificate');
      },
      onFailure: ({ message }, againMs) => log.error({ againMs: Math.round(againMs) }, `no certificate: ${message}`),
      signal,
    });
  } catch (error) {
    throw error instanceof AskFailed ? new UsageError(`no certificate: ${error.message}`, HINTS[error.fault]) : error;
  }
}

const HINTS: Readonly<Record<AskFault, string | undefined>> = {
  unreachable: undefined,
  untrusted:
    '--ca-root must be the root of that pharos (root-cert.pem in its state directory), --xds its host and port',
  unproved: '`pharos token --sa NAMESPACE/NAME` makes a token, for --token-file',
  refused: undefined,
};

function described({ uri, notAfterMs }: Identity): object {
  return { identity: uri, expires: new Date(notAfterMs).toISOString() };
}

async function write(directory: string, bootstrap: JsonObject): Promise<string> {
  const file = join(directory, 'bootstrap.json');
  await writeFile(file, JSON.stringify(bootstrap, null, 2), { mode: 0o600 });
  return file;
}

async function runEnvoy(
  binary: string,
  bootstrapFile: string,
  directory: string,
  options: AgentOptions,
): Promise<number> {
  const { log, proxy, drainMs, envoyArgs, stop, stopNow } = options;
  const adminAddressFile = join(directory, 'admin-address');
  const envoy: AgentEnvoy = startAgentEnvoy({
    binary,
    bootstrapFile,
    adminAddressFile,
    inboundOnly: proxy.role === 'sidecar',
    drainMs,
    args: envoyArgs,
    say: (text) => log.warn(text),
  });
  stopNow.addEventListener('abort', envoy.kill);
  void aborted(stop).then(() => {
    log.info({ drainMs }, 'draining Envoy');
    return envoy.drainAndStop(drainMs);
  });
  const code = await envoy.ended;
  await rm(adminAddressFile, { force: true });
  log.info({ code }, 'Envoy has ended');
  return code;
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    signal.addEventListener('abort', () => resolve());
  });
}

/** What Envoy does not take, and what is a mistake of ours. */
function logEvents(log: Logger): (event: ServerEvent) => void {
  return (event) => {
    if (event.kind === 'rejected') log.error({ envoy: event.error }, 'Envoy does not take a secret');
    else if (event.kind === 'crashed' || event.kind === 'failed')
      log.error({ err: event.error }, 'secrets cannot be served');
    else log.debug({ event: event.kind }, 'secrets');
  };
}
