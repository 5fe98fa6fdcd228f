import Table from 'cli-table3';
import pc from 'picocolors';
import { ANYBODY, type Matrix, type MatrixRow } from '../control-plane/matrix.ts';
import type { Outlook } from '../policy/index.ts';

/** A line a port, a column a service account. */
export function showMatrix({ accounts, rows }: Matrix): string {
  if (rows.length === 0) return 'no Pod or WorkloadEntry is known to listen on a port';
  const table = new Table({
    head: ['may be called', 'mTLS', ...accounts.map(nameOf)],
    style: { head: [], border: [] },
  });
  for (const row of rows)
    table.push([portText(row), row.mtls, ...accounts.map((account) => SIGNS[row.callers[account]!]())]);
  return `${table.toString()}\n${LEGEND}`;
}

export function matrixJson({ accounts, rows }: Matrix): object {
  return {
    accounts: accounts.map(nameOf),
    ports: rows.map(({ workload, port, mtls, callers }) => ({
      workload,
      port: port.number,
      protocol: port.protocol,
      mtls,
      callers: Object.fromEntries(Object.entries(callers).map(([account, may]) => [nameOf(account), may])),
    })),
  };
}

function nameOf(account: string): string {
  return account === ANYBODY ? 'no identity' : account;
}

function portText({ workload, port }: MatrixRow): string {
  return `${workload}:${port.number} ${pc.dim(port.protocol)}`;
}

const SIGNS: Readonly<Record<Outlook, () => string>> = {
  always: () => pc.green('yes'),
  sometimes: () => pc.yellow('depends'),
  never: () => pc.red('no'),
};

const LEGEND = 'depends: on the request, the token, the address or a provider that is asked; ask for one call to see';
