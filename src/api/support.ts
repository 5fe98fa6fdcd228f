import type { Kind, Reasons } from './kind.ts';
import { isWithin, stepsOf } from './path.ts';
import { kinds } from './registry.ts';
import { leavesOf } from './schema-walk.ts';
import { fieldOf } from './uses.ts';

/** What this version does with one field. */
export interface Support {
  /** `networking.istio.io/VirtualService`; the core group is empty: `/Service`. */
  readonly kind: string;
  /** `spec.http[].match[].uri.exact`; with `=A|B` where only these values are meant. */
  readonly path: string;
  readonly status: 'applied' | 'not-applied' | 'informational';
  readonly reason: string | undefined;
}

/** Every field of every kind, in the order of the schemas. */
export function supportTable(): readonly Support[] {
  return kinds.flatMap(supportOf);
}

function supportOf(kind: Kind<unknown>): Support[] {
  const name = `${kind.group}/${kind.kind}`;
  const fields = [...leavesOf(kind.schema)].map((path) => ({ kind: name, path, ...statusOf(kind, path) }));
  const values = Object.entries(kind.notApplied)
    .filter(([pattern]) => fieldOf(pattern).values)
    .map(([path, reason]) => ({ kind: name, path, status: 'not-applied' as const, reason }));
  return [...fields, ...values];
}

function statusOf(kind: Kind<unknown>, path: string): Pick<Support, 'status' | 'reason'> {
  const notApplied = reasonFor(kind.notApplied, path);
  if (notApplied !== undefined) return { status: 'not-applied', reason: notApplied };
  const informational = reasonFor(kind.informational, path);
  if (informational !== undefined) return { status: 'informational', reason: informational };
  return { status: 'applied', reason: undefined };
}

function reasonFor(reasons: Reasons, path: string): string | undefined {
  const steps = stepsOf(path);
  return Object.entries(reasons).find(([pattern]) => !pattern.includes('=') && isWithin(steps, stepsOf(pattern)))?.[1];
}
