import Table from 'cli-table3';
import { Command, Option } from 'commander';
import type { Origin } from '../api/index.ts';
import type { ControlPlane } from '../control-plane/index.ts';
import { loadDirectory } from '../control-plane/load.ts';
import { rowOf, workloadsOf } from '../control-plane/workloads.ts';
import type { MtlsMode } from '../policy/index.ts';
import { checkExists } from './check-exists.ts';
import { originJson, originText } from './show-answer.ts';

interface Options {
  readonly output: 'text' | 'json';
}

export function mtlsCommand(): Command {
  return new Command('mtls')
    .description('Say of every port of every workload whether it takes mTLS, plain text or both, and who decided.')
    .argument('<directory>', 'the directory to read')
    .addOption(new Option('-o, --output <format>', 'how to print').choices(['text', 'json']).default('text'))
    .addHelpText(
      'after',
      `
Examples:
  $ pharos mtls mesh
  $ pharos mtls mesh -o json | jq '.[] | select(.mode != "strict")'`,
    )
    .action(mtls);
}

interface Mode {
  readonly workload: string;
  /** Undefined: nobody knows on which it listens. */
  readonly port: number | undefined;
  readonly protocol: string;
  readonly mode: MtlsMode;
  readonly origin: Origin | undefined;
}

async function mtls(directory: string, { output }: Options): Promise<void> {
  checkExists(directory);
  const { controlPlane } = await loadDirectory(directory);
  const { store } = controlPlane;
  const modes = modesOf(controlPlane);
  if (output === 'json') {
    const all = modes.map(({ origin, ...mode }) => ({ ...mode, ...(origin && { by: originJson(store, origin) }) }));
    return console.log(JSON.stringify(all, null, 2));
  }
  if (modes.length === 0) return console.log('there are no Pods and no WorkloadEntries');
  const table = new Table({ head: ['port', 'protocol', 'takes', 'decided by'], style: { head: [], border: [] } });
  for (const { workload, port, protocol, mode, origin } of modes) {
    table.push([
      `${workload}:${port ?? '*'}`,
      protocol,
      TAKES[mode],
      origin ? originText(store, origin) : 'nobody: the default',
    ]);
  }
  console.log(table.toString());
}

/** A workload of which no port is known has a line all the same. */
function modesOf(controlPlane: ControlPlane): readonly Mode[] {
  return workloadsOf(controlPlane).flatMap((workload) => {
    const { namespace, labels } = workload.subject;
    const decide = (port: number | undefined, protocol: string): Mode => ({
      workload: rowOf(workload),
      port,
      protocol,
      ...controlPlane.policies.mtlsDecision(namespace, labels, port ?? NO_PORT),
    });
    const { ports } = workload;
    return ports.length === 0 ? [decide(undefined, '')] : ports.map(({ number, protocol }) => decide(number, protocol));
  });
}

/** No policy can say anything of it. */
const NO_PORT = 0;

const TAKES: Readonly<Record<MtlsMode, string>> = {
  strict: 'mTLS only',
  permissive: 'mTLS and plain text',
  disable: 'plain text only',
};
