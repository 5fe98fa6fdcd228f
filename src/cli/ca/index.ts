import { Command } from 'commander';
import { forgetEarlierRootsCommand } from './forget-earlier-roots.ts';
import { rootCommand } from './root.ts';
import { rotateRootCommand } from './rotate-root.ts';
import { showCommand } from './show.ts';

/** Works on the files of an authority. A pharos that serves with them sees each change by itself. */
export function caCommand(): Command {
  const command = new Command('ca')
    .description('Look after the certificate authority: show it, print its roots, rotate the root that pharos made.')
    .addHelpText(
      'after',
      `
Examples:
  $ pharos ca show
  $ pharos ca root > root.pem
  $ pharos ca rotate-root && pharos ca forget-earlier-roots --help`,
    );
  for (const build of [showCommand, rootCommand, rotateRootCommand, forgetEarlierRootsCommand]) {
    command.addCommand(build());
  }
  return command;
}
