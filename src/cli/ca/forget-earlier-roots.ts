import { Command, Option } from 'commander';
import type { AuthorityDescription, OwnAuthority } from '../../ca/index.ts';
import { duration } from '../duration.ts';
import { UsageError } from '../usage-error.ts';
import { certificateLines, when } from './certificate-lines.ts';
import { addStateOption, withOwnAuthority } from './open.ts';

interface Options {
  readonly state: string;
  readonly longestLife: number;
  readonly force?: true;
}

export function forgetEarlierRootsCommand(): Command {
  return addStateOption(
    new Command('forget-earlier-roots').description('Believe only the root that signs. Ends a rotation.'),
  )
    .addOption(
      new Option('--longest-life <duration>', 'how long a certificate can live: --max-workload-ttl of `pharos serve`')
        .argParser(duration)
        .default(duration('2160h'), '2160h'),
    )
    .option('--force', 'do it now, even if certificates of an earlier root may still be in use')
    .addHelpText(
      'after',
      `
What is lost: whoever still shows a certificate of an earlier root is refused by everybody, and whoever knows only an earlier
root (the file of \`pharos bootstrap --root\`, of an agent) believes pharos no more. Nobody knows all certificates that were
given, so this waits until the last of them must have ended: --longest-life after the rotation.

Examples:
  $ pharos ca forget-earlier-roots
  $ pharos ca forget-earlier-roots --longest-life 24h      # where nobody was given more`,
    )
    .action(forgetEarlierRoots);
}

async function forgetEarlierRoots({ state, longestLife, force }: Options): Promise<void> {
  const forgotten = await withOwnAuthority(state, (authority) => forget(authority, longestLife, force === true));
  console.log(forgotten.length === 0 ? 'There is one root only: nothing to forget.' : forgotten.join('\n'));
}

async function forget(authority: OwnAuthority, longestLifeMs: number, force: boolean): Promise<readonly string[]> {
  const before = authority.describe();
  const earlier = earlierRoots(before).flatMap(certificateLines);
  if (earlier.length === 0) return [];
  const safeAtMs = before.signer.notBeforeMs + longestLifeMs + CLOCKS_MS;
  if (!force && Date.now() < safeAtMs) throw tooEarly(earlier, safeAtMs);
  await authority.forgetEarlierRoots();
  return ['No longer believed:', ...earlier];
}

function earlierRoots({ signer, roots }: AuthorityDescription): AuthorityDescription['roots'] {
  return roots.filter(({ fingerprint }) => fingerprint !== signer.fingerprint);
}

/** A root begins a little before it was made, and every pharos takes it up a little later, by a clock of its own. */
const CLOCKS_MS = 5 * 60_000;

function tooEarly(earlier: readonly string[], safeAtMs: number): UsageError {
  return new UsageError(
    [`certificates of these roots may be in use until ${when(safeAtMs)}:`, ...earlier].join('\n'),
    'wait until then; or say with --longest-life that none lives so long, or --force',
  );
}
