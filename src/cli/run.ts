import { IssuerError } from '../auth/index.ts';
import { AuthorityError } from '../ca/index.ts';
import { ListenError } from '../server/index.ts';
import { DemoFailed, EnvoyMissing } from './demo/index.ts';
import { buildProgram } from './index.ts';
import { UsageError } from './usage-error.ts';

/** Of sysexits.h: used wrongly, or a mistake in the software. */
const USED_WRONGLY = 2;
const OUR_MISTAKE = 70;

/** Runs the command line; decides how its failures are shown. */
export async function run(argv: readonly string[]): Promise<void> {
  // `pharos translate … | head` closes our output early, and that is no failure.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : OUR_MISTAKE));
  try {
    await buildProgram().parseAsync([...argv]);
  } catch (error) {
    fail(error);
  }
}

function fail(error: unknown): never {
  if (isTheirs(error)) {
    console.error(`pharos: ${error.message}`);
    process.exit(USED_WRONGLY);
  }
  console.error(error);
  console.error('\npharos: this is a mistake of pharos itself; please report it with the lines above');
  process.exit(OUR_MISTAKE);
}

/** What the person at the terminal can mend. */
function isTheirs(error: unknown): error is Error {
  return [UsageError, DemoFailed, EnvoyMissing, ListenError, AuthorityError, IssuerError].some(
    (kind) => error instanceof kind,
  );
}
