import { Command } from 'commander';
import { type AuthorityChoice, addAuthorityOptions, withAuthority } from './open.ts';

export function rootCommand(): Command {
  return addAuthorityOptions(
    new Command('root').description(
      'Print the roots that are believed, in PEM: what whoever connects to pharos needs.',
    ),
  )
    .addHelpText(
      'after',
      `
Examples:
  $ pharos ca root > root.pem
  $ pharos bootstrap --sidecar cart-1.shop --service-account cart --secure --root root.pem --token-file cart.token`,
    )
    .action(printRoots);
}

async function printRoots(choice: AuthorityChoice): Promise<void> {
  console.log((await withAuthority(choice, (authority) => authority.trust())).rootsPem.trimEnd());
}
