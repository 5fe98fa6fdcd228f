import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Command, Option } from 'commander';
import { type Authority, AuthorityError, type OwnAuthority, openAuthority } from '../../ca/index.ts';
import { defaultStateDirectory } from '../state-directory.ts';
import { UsageError } from '../usage-error.ts';

export interface AuthorityChoice {
  readonly state: string;
  readonly caCerts?: string;
}

/** Where the root is that pharos made. */
export function addStateOption(command: Command): Command {
  return command.addOption(
    new Option('--state <directory>', 'where `pharos serve` keeps its root').default(
      defaultStateDirectory(),
      '$PHAROS_STATE, else ~/.local/state/pharos',
    ),
  );
}

/** That one, or somebody's. */
export function addAuthorityOptions(command: Command): Command {
  return addStateOption(command).option('--ca-certs <directory>', 'your own CA, as `pharos serve --ca-certs` has it');
}

/** Opens what is there; makes nothing. Throws a UsageError that names the file and what is wrong with it. */
export function withAuthority<T>({ state, caCerts }: AuthorityChoice, act: (authority: Authority) => T): Promise<T> {
  if (caCerts === undefined) return withOwnAuthority(state, async (authority) => act(authority));
  return using(openAuthority({ source: { kind: 'directory', directory: caCerts }, onWarning }), async (authority) =>
    act(authority),
  );
}

export function withOwnAuthority<T>(directory: string, act: (authority: OwnAuthority) => Promise<T>): Promise<T> {
  if (!existsSync(join(directory, 'root-cert.pem'))) {
    throw new UsageError(`there is no root in ${directory}`, '`pharos serve` makes one; --state says where it is');
  }
  return using(openAuthority({ source: { kind: 'own', directory }, onWarning }), act);
}

async function using<A extends Authority, T>(opening: Promise<A>, act: (authority: A) => Promise<T>): Promise<T> {
  try {
    const authority = await opening;
    try {
      return await act(authority);
    } finally {
      authority.close();
    }
  } catch (error) {
    throw error instanceof AuthorityError ? new UsageError(error.message) : error;
  }
}

function onWarning(text: string): void {
  console.error(`pharos: ${text}`);
}
