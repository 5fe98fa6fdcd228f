import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { tokenSecretFile, type XdsTls } from '../translate/bootstrap/index.ts';
import { defaultStateDirectory } from './state-directory.ts';
import { UsageError } from './usage-error.ts';

export interface SecureBootstrapOptions {
  readonly secure?: true;
  readonly tokenFile?: string;
  readonly tokenSecret?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly root?: string;
  readonly serverName?: string;
}

export function addSecureOptions(command: Command): Command {
  return command
    .option('--secure', 'connect to the secure port (by default 127.0.0.1:15012), and prove who it is')
    .option('--token-file <file>', 'prove it with the token in this file, which Envoy reads when it starts')
    .option('--token-secret <file>', 'also write this file, by which Envoy follows changes of --token-file')
    .option('--cert <file>', 'prove it with this certificate chain (PEM), which Envoy reads when it starts')
    .option('--key <file>', 'the key of --cert')
    .option('--root <file>', 'verify pharos by these roots; by default those in $PHAROS_STATE or ~/.local/state/pharos')
    .option('--server-name <name>', "the name in pharos' certificate, where it is not the host of --xds");
}

/** Undefined: plaintext. */
export function tlsOf(options: SecureBootstrapOptions): XdsTls | undefined {
  const { secure, tokenFile, tokenSecret, cert, key, root, serverName } = options;
  if (!secure) {
    const needless = Object.entries({ tokenFile, tokenSecret, cert, key, root, serverName }).find(
      ([, value]) => value !== undefined,
    );
    if (needless) throw new UsageError(`${NAMES[needless[0]]} says nothing on a plaintext connection`, 'add --secure');
    return undefined;
  }
  return { rootsPem: rootsOf(root), proof: proofOf(options), ...(serverName !== undefined && { serverName }) };
}

const NAMES: Readonly<Record<string, string>> = {
  tokenFile: '--token-file',
  tokenSecret: '--token-secret',
  cert: '--cert',
  key: '--key',
  root: '--root',
  serverName: '--server-name',
};

function proofOf({ tokenFile, tokenSecret, cert, key }: SecureBootstrapOptions): XdsTls['proof'] {
  if (tokenFile !== undefined && cert === undefined && key === undefined) {
    checkToken(tokenFile);
    const file = resolve(tokenFile);
    return { kind: 'token-file', file, ...(tokenSecret !== undefined && { secretFile: followed(file, tokenSecret) }) };
  }
  if (cert !== undefined && key !== undefined && tokenFile === undefined) {
    return { kind: 'certificate', chainFile: resolve(cert), keyFile: resolve(key) };
  }
  throw new UsageError(
    'how does it prove who it is?',
    'give --token-file FILE (`pharos token` makes one), or --cert FILE and --key FILE',
  );
}

function followed(tokenFile: string, secretFile: string): string {
  const path = resolve(secretFile);
  writeFileSync(path, `${JSON.stringify(tokenSecretFile(tokenFile), null, 2)}\n`);
  return path;
}

/** Its text is not repeated in the message: it may be a key that was meant for another option. */
function checkToken(file: string): void {
  if (/^[\w-]+\.[\w-]+\.[\w-]+$/.test(read(file, '--token-file').trim())) return;
  throw new UsageError(`${file} holds no token`, '`pharos token` makes one');
}

export function rootsOf(file: string | undefined): string {
  const from = file ?? join(defaultStateDirectory(), 'root-cert.pem');
  const pem = read(from, '--root');
  if (pem.includes('-----BEGIN CERTIFICATE-----')) return pem;
  throw new UsageError(`${from} holds no certificate in PEM`, 'give --root FILE');
}

function read(file: string, option: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`cannot read ${file}: ${(error as Error).message}`, `give ${option} FILE`);
  }
}
