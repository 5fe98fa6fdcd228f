import pc from 'picocolors';
import type { Support } from '../api/index.ts';

const SIGNS = { applied: pc.green('applied'), 'not-applied': pc.yellow('not yet'), informational: pc.dim('no effect') };

/** Every field of every kind; people see a heading a kind, machines a list. */
export function showSupport(table: readonly Support[], output: 'text' | 'json'): string {
  if (output === 'json') return JSON.stringify(table, null, 2);
  const kinds = Map.groupBy(table, ({ kind }) => kind);
  return [...kinds].map(([kind, fields]) => [pc.bold(kind), ...fields.map(showField)].join('\n')).join('\n\n');
}

function showField({ path, status, reason }: Support): string {
  return `  ${SIGNS[status]}  ${path}${reason ? pc.dim(`: ${reason}`) : ''}`;
}
