/**
 * The command line: one file a command.
 *
 *   in   arguments
 *   out  text for people, JSON for machines, an exit code: 0 fine, 1 the configuration has errors, 2 used wrongly
 *
 * Holds no logic of the mesh: it assembles a control plane and shows what that says.
 */
import { Command } from 'commander';
import { agentCommand } from './agent.ts';
import { authzCommand } from './authz.ts';
import { bootstrapCommand } from './bootstrap.ts';
import { caCommand } from './ca/index.ts';
import { checkCommand } from './check.ts';
import { demoCommand } from './demo.ts';
import { manifestsCommand } from './manifests.ts';
import { mtlsCommand } from './mtls.ts';
import { serveCommand } from './serve.ts';
import { statusCommand } from './status.ts';
import { tokenCommand } from './token.ts';
import { translateCommand } from './translate.ts';
import { version, versionCommand } from './version.ts';

export function buildProgram(): Command {
  const program = new Command('pharos')
    .description(
      'An xDS control plane: Istio, Gateway API and Kubernetes configuration in, real Envoys kept right over ADS.',
    )
    .version(version(), '-V, --version')
    .showHelpAfterError('(add --help for usage and examples)')
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));
  for (const command of [
    serveCommand,
    checkCommand,
    translateCommand,
    statusCommand,
    authzCommand,
    mtlsCommand,
    bootstrapCommand,
    manifestsCommand,
    tokenCommand,
    agentCommand,
    caCommand,
    demoCommand,
    versionCommand,
  ]) {
    program.addCommand(inheriting(program, command()));
  }
  return program;
}

/** With its subcommands: commander hands settings down only when it makes a command itself. */
function inheriting(parent: Command, command: Command): Command {
  command.copyInheritedSettings(parent);
  for (const one of command.commands) inheriting(command, one);
  return command;
}
