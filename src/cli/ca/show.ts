import { Command, Option } from 'commander';
import type { AuthorityDescription } from '../../ca/index.ts';
import { authorityJson, certificateLines } from './certificate-lines.ts';
import { type AuthorityChoice, addAuthorityOptions, withAuthority } from './open.ts';

interface Options extends AuthorityChoice {
  readonly output: 'text' | 'json';
}

export function showCommand(): Command {
  return addAuthorityOptions(new Command('show').description('Say who signs, and which roots are believed.'))
    .addOption(new Option('-o, --output <format>', 'how to print').choices(['text', 'json']).default('text'))
    .addHelpText(
      'after',
      `
Examples:
  $ pharos ca show
  $ pharos ca show --ca-certs /etc/cacerts --output json | jq -r '.roots[].fingerprint'`,
    )
    .action(show);
}

async function show({ output, ...choice }: Options): Promise<void> {
  const description = await withAuthority(choice, (authority) => authority.describe());
  console.log(output === 'json' ? JSON.stringify(authorityJson(description), null, 2) : asText(description));
}

function asText({ signer, roots }: AuthorityDescription): string {
  const believed = roots.flatMap(certificateLines);
  return ['Signs:', ...indented(certificateLines(signer)), 'Believed:', ...indented(believed)].join('\n');
}

function indented(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`);
}
