import { readFileSync } from 'node:fs';
import { Command } from 'commander';

export function versionCommand(): Command {
  return new Command('version')
    .description('Print the version of pharos and of the Node it runs on.')
    .action(() => console.log(`pharos ${version()} (Node ${process.version.slice(1)})`));
}

/** Of package.json, which lies beside `src` in a checkout and beside `dist` when installed. */
export function version(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
