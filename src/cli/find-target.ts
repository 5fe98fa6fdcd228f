import { type KnownPort, type KnownWorkload, rowOf } from '../control-plane/workloads.ts';
import { closest } from '../lib/closest.ts';
import { UsageError } from './usage-error.ts';

export interface Target {
  readonly workload: KnownWorkload;
  readonly port: KnownPort;
}

/** What `shop/cart:8080` means: a Deployment, one of its Pods, a WorkloadEntry, or `gateway/edge/public:443`; and a port that it listens on. */
export function findTarget(workloads: readonly KnownWorkload[], text: string): Target {
  const [, row, port] = /^((?:gateway\/)?[^/:\s]+\/[^/:\s]+)(?::(\d+))?$/.exec(text) ?? [];
  if (row === undefined) throw new UsageError(`--to must be NAMESPACE/WORKLOAD:PORT, not "${text}"`);
  const workload = workloads.find(
    (one) => rowOf(one) === row || (!one.gateway && one.members.some((name) => memberRow(one, name) === row)),
  );
  if (!workload) throw new UsageError(`there is no workload ${row}`, hintFor(workloads, row));
  return { workload, port: findPort(workload, port) };
}

function findPort(workload: KnownWorkload, text: string | undefined): KnownPort {
  const { ports } = workload;
  const [first, second] = ports;
  if (text === undefined) {
    if (first && !second) return first;
    throw new UsageError(`which port of ${rowOf(workload)}?`, portsHint(workload));
  }
  const port = ports.find(({ number }) => number === Number(text));
  if (port) return port;
  const behind = ports.find(({ service }) => service?.port === Number(text));
  const hint = behind
    ? `${text} is the port of its service; the workload listens on ${behind.number}`
    : portsHint(workload);
  throw new UsageError(`${rowOf(workload)} is not known to listen on port ${text}`, hint);
}

function portsHint({ ports, gateway }: KnownWorkload): string {
  if (ports.length === 0) {
    return gateway ? 'it has no servers' : 'no Service leads to it, and no container names a port';
  }
  return `known ports: ${ports.map(({ number }) => number).join(', ')}`;
}

function hintFor(workloads: readonly KnownWorkload[], row: string): string {
  if (workloads.length === 0) return 'there are no Pods and no WorkloadEntries in that directory';
  const rows = workloads.map(rowOf);
  const near = closest(row, rows) ?? rows.find((one) => one.endsWith(row.slice(row.indexOf('/'))));
  if (near !== undefined) return `did you mean ${near}?`;
  return `known workloads: ${rows.slice(0, 20).join(', ')}${rows.length > 20 ? ', …' : ''}`;
}

function memberRow({ subject }: KnownWorkload, name: string): string {
  return `${subject.namespace}/${name}`;
}
