import { Command, Option } from 'commander';
import { supportTable } from '../api/index.ts';
import { loadDirectory } from '../control-plane/load.ts';
import { checkExists } from './check-exists.ts';
import { addGatewayOptions, type GatewayCommandOptions, gatewayOptions } from './gateway-options.ts';
import { countProblems, problemJson, showProblem } from './show-problems.ts';
import { showSupport } from './show-support.ts';
import { UsageError } from './usage-error.ts';

interface CheckOptions extends GatewayCommandOptions {
  readonly output: 'text' | 'json';
  readonly support?: boolean;
}

export function checkCommand(): Command {
  const command = new Command('check')
    .description('Say what is wrong with a directory of configuration, each with file, line and column.')
    .argument('[directory]', 'the directory to read')
    .addOption(new Option('-o, --output <format>', 'how to print').choices(['text', 'json']).default('text'))
    .option('--support', 'list every field of every kind and whether this version applies it, instead of checking');
  return addGatewayOptions(command)
    .addHelpText(
      'after',
      `
Examples:
  $ pharos check examples/canary
  $ pharos check . --output json | jq '.problems[] | select(.severity == "error")'
  $ pharos check --support

Exit code: 0 without errors (there may be warnings and notices), 1 with errors, 2 if the directory cannot be read.`,
    )
    .action(check);
}

async function check(directory: string | undefined, options: CheckOptions): Promise<void> {
  if (options.support) return console.log(showSupport(supportTable(), options.output));
  if (directory === undefined) throw new UsageError('which directory is to be checked?', 'pharos check DIR');
  checkExists(directory);
  const { controlPlane, objects } = await loadDirectory(directory, gatewayOptions(options));
  const problems = controlPlane.problems();
  if (options.output === 'json') {
    console.log(JSON.stringify({ directory, objects, problems: problems.map(problemJson) }, null, 2));
  } else {
    for (const problem of problems) console.log(showProblem(problem));
    console.log(`${directory}: ${objects} ${objects === 1 ? 'object' : 'objects'}, ${countProblems(problems)}`);
  }
  process.exitCode = problems.some(({ severity }) => severity === 'error') ? 1 : 0;
}
