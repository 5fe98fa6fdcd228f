import pc from 'picocolors';

/** One response that a proxy was sent and answered, as the live view shows it. */
export interface PushEvent {
  /** The proxy's name for people: `gateway.bookinfo`. */
  readonly proxy: string;
  /** `CDS`, `RDS`, `VHDS` … */
  readonly type: string;
  /** How many resources it has, and how many it takes away. */
  readonly changed: number;
  readonly removed: number;
  /** Their names, removed ones with a `-` before them, where they are known. */
  readonly names?: readonly string[];
  readonly bytes: number;
  /** From sending to the proxy's acceptance. */
  readonly ackMs?: number;
  /** The proxy rejected it, and why. */
  readonly nack?: string;
}

/** More names than this on a line hide the ones that matter. */
const NAMES_SHOWN = 3;

/** `gateway.bookinfo   VHDS  1 changed  512 B  ACK 4 ms  http.8080/bookinfo:8080`. */
export function formatPush(push: PushEvent): string {
  const columns = [
    pc.bold(push.proxy.padEnd(20)),
    pc.cyan(push.type.padEnd(4)),
    count(push).padEnd(22),
    bytes(push.bytes).padStart(9),
    outcome(push),
    pc.dim(shortened(push.names ?? [])),
  ];
  return columns.join('  ').trimEnd();
}

function count({ changed, removed }: PushEvent): string {
  const parts = [changed && `${changed} changed`, removed && `${removed} removed`];
  return parts.filter(Boolean).join(', ') || 'empty';
}

function shortened(names: readonly string[]): string {
  const rest = names.length - NAMES_SHOWN;
  return [...names.slice(0, NAMES_SHOWN), ...(rest > 0 ? [`and ${rest} more`] : [])].join(', ');
}

function bytes(n: number): string {
  if (n < 1024) return `${n} B`;
  return n < 1024 * 1024 ? `${(n / 1024).toFixed(1)} kB` : `${(n / 1024 / 1024).toFixed(1)} MB`;
}

function outcome({ ackMs, nack }: PushEvent): string {
  if (nack !== undefined) return pc.red(`NACK ${nack}`);
  if (ackMs === undefined) return pc.yellow('sent');
  return pc.green(`ACK ${ackMs < 10 ? ackMs.toFixed(1) : Math.round(ackMs)} ms`.padEnd(10));
}
