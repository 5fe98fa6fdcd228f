import { Command, InvalidArgumentError, Option } from 'commander';
import { DEFAULT_AUDIENCE, openTokenIssuer, type TokenSubject } from '../auth/index.ts';
import { duration } from './duration.ts';
import { type ServiceAccount, serviceAccount } from './service-account.ts';
import { defaultStateDirectory } from './state-directory.ts';

interface Options {
  readonly sa: ServiceAccount;
  readonly ttl: number;
  readonly audience: string;
  readonly pod?: string;
  readonly node?: string;
  readonly state: string;
  readonly newKey?: true;
}

export function tokenCommand(): Command {
  return new Command('token')
    .description('Print a token of a service account, for proxies where no Kubernetes gives them any.')
    .requiredOption('--sa <namespace/name>', 'whose token', serviceAccount)
    .addOption(new Option('--ttl <duration>', 'how long it is good for').argParser(ttl).default(24 * 3_600_000, '24h'))
    .option('--audience <name>', 'what it is for', DEFAULT_AUDIENCE)
    .option('--pod <name>', 'bind it to a Pod')
    .option('--node <name>', 'bind it to a node')
    .addOption(
      new Option('--state <directory>', 'where `pharos serve` keeps its keys').default(
        defaultStateDirectory(),
        '$PHAROS_STATE, else ~/.local/state/pharos',
      ),
    )
    .option(
      '--new-key',
      'make a new key first; tokens of earlier keys stay good until token-keys.json lists them no more',
    )
    .addHelpText(
      'after',
      `
Whoever can read token-keys.json in the state directory can be anybody in the mesh; whoever has a token is that service account.

Examples:
  $ (umask 077; pharos token --sa shop/cart > cart.token)
  $ pharos token --sa shop/cart --ttl 10m --state /var/lib/pharos`,
    )
    .action(printToken);
}

async function printToken({ sa, ttl: ttlMs, state, newKey, ...rest }: Options): Promise<void> {
  console.log(await sign(state, { ...sa, ...rest, ttlMs }, newKey === true));
}

async function sign(directory: string, subject: TokenSubject, newKey: boolean): Promise<string> {
  const onWarning = (text: string): void => console.error(`pharos: ${text}`);
  const issuer = await openTokenIssuer({ directory, clock: Date.now, onWarning });
  if (newKey) await issuer.rotate();
  return issuer.sign(subject);
}

/** Its ends are whole seconds. */
function ttl(text: string): number {
  const ms = duration(text);
  if (ms < 1_000) throw new InvalidArgumentError(`must be a second at least, not "${text}"`);
  return ms;
}
