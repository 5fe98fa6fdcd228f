import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { onTestFinished } from 'vitest';
import type { TokenSubject } from '../../src/auth/index.ts';
import type { IdentityOptions } from '../../src/control-plane/identities.ts';
import { type Serving, serve } from '../../src/control-plane/serve.ts';

import type { ServerEvent } from '../../src/server/index.ts';
import type { BootstrapOptions } from '../../src/translate/bootstrap/index.ts';
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

/** One that has a secure port, too. */
export interface SecurelyServed extends Served {
  readonly securePort: number;
  /** A token of a service account, for `authorization: Bearer`. */
  readonly token: (namespace: string, serviceAccount: string, more?: Partial<TokenSubject>) => Promise<string>;
  /** The roots that its certificates are of. */
  readonly rootPem: string;
  /** `xds` of a bootstrap: an Envoy that is a service account's, by a token. */
  readonly xdsAs: (namespace: string, serviceAccount: string) => Promise<BootstrapOptions['xds']>;
}

export interface ServedOptions {
  readonly files: Readonly<Record<string, string>>;
  readonly port?: number;
  /** One that is there already. */
  readonly directory?: string;
  /** Default: says nothing. */
  readonly log?: pino.Logger;
  /** Proxies may prove who they are. Or how that is done, where it is not as usual. */
  readonly secure?: boolean | Partial<IdentityOptions>;
}

export function serveForTest(options: ServedOptions & { readonly secure: true | object }): Promise<SecurelyServed>;
export function serveForTest(options: ServedOptions): Promise<Served>;
export async function serveForTest(options: ServedOptions): Promise<Served | SecurelyServed> {
  const { files, port = 0, directory = temporary(), secure = false } = options;
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
    log: options.log ?? pino({ level: 'silent' }),
    onEvent: (event) => events.push(event),
    identities: secure === false ? undefined : { ...IDENTITIES, ...(secure === true ? {} : secure) },
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
  const served = { directory, port: serving.xds.port, serving, events, write, remove, change, stop };
  return serving.secure ? { ...served, ...identitiesOf(serving.secure) } : served;
}

const IDENTITIES: IdentityOptions = {
  address: { host: '127.0.0.1', port: 0 },
  names: ['localhost', '127.0.0.1'],
  workloadTtlMs: 24 * 3_600_000,
  maxWorkloadTtlMs: 24 * 3_600_000,
};

function identitiesOf(secure: NonNullable<Serving['secure']>): Omit<SecurelyServed, keyof Served> {
  const { address, authority, tokens } = secure;
  const rootPem = authority.trust().rootsPem;
  const token: SecurelyServed['token'] = (namespace, serviceAccount, more) =>
    tokens.own.sign({ namespace, serviceAccount, ttlMs: 3_600_000, ...more });
  return {
    securePort: address.port,
    rootPem,
    token,
    xdsAs: async (namespace, serviceAccount) => {
      const proof = { kind: 'token', token: await token(namespace, serviceAccount) } as const;
      return { address: '127.0.0.1', port: address.port, tls: { rootsPem: rootPem, proof } };
    },
  };
}

function temporary(): string {
  const directory = mkdtempSync(join(tmpdir(), 'pharos-served-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}
