import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where pharos keeps what a restart must find again. https://specifications.freedesktop.org/basedir-spec/latest/ */
export function defaultStateDirectory(env: NodeJS.ProcessEnv = process.env): string {
  return env['PHAROS_STATE'] || join(env['XDG_STATE_HOME'] || join(homedir(), '.local', 'state'), 'pharos');
}
