import { Command, Option } from 'commander';
import type { RootKeyType } from '../../ca/index.ts';
import { certificateLines } from './certificate-lines.ts';
import { addStateOption, withOwnAuthority } from './open.ts';

interface Options {
  readonly state: string;
  readonly key: string;
}

const KEY_TYPES: Readonly<Record<string, RootKeyType>> = {
  p256: 'P-256',
  p384: 'P-384',
  rsa: 'RSA-2048',
  rsa3072: 'RSA-3072',
  rsa4096: 'RSA-4096',
};

export function rotateRootCommand(): Command {
  return addStateOption(
    new Command('rotate-root').description('Make a new root, which signs from now on. Earlier roots stay believed.'),
  )
    .addOption(new Option('--key <kind>', 'of the new root').choices(Object.keys(KEY_TYPES)).default('p256'))
    .addHelpText(
      'after',
      `
A pharos that serves with this directory takes it up by itself, and so does every proxy: no connection ends, nothing restarts.
Make a copy of the directory before. When no certificate of an earlier root can be in use any more:
pharos ca forget-earlier-roots.

Examples:
  $ pharos ca rotate-root
  $ pharos ca rotate-root --key p384 --state /var/lib/pharos`,
    )
    .action(rotateRoot);
}

async function rotateRoot({ state, key }: Options): Promise<void> {
  const { signer, roots } = await withOwnAuthority(state, async (authority) => {
    await authority.rotateRoot(KEY_TYPES[key]!);
    return authority.describe();
  });
  const earlier = roots.filter(({ fingerprint }) => fingerprint !== signer.fingerprint);
  const lines = ['This root signs from now on:', ...certificateLines(signer), 'Still believed:'];
  console.log([...lines, ...earlier.flatMap(certificateLines)].join('\n'));
}
