import type { PathPattern } from './path.ts';
import { stepsOf } from './path.ts';

/** A function that leaves out the listed fields at the listed places. It copies only what it changes. */
export function withoutIrrelevant(
  fields: Readonly<Record<PathPattern, readonly string[]>>,
): (value: unknown) => unknown {
  const root = emptyNode();
  for (const [pattern, keys] of Object.entries(fields)) {
    const node = stepsOf(pattern).reduce(below, root);
    for (const key of keys) node.out.add(key);
  }
  return (value) => strip(value, root);
}

interface Node {
  readonly out: Set<string>;
  readonly inside: Map<string, Node>;
}

function emptyNode(): Node {
  return { out: new Set(), inside: new Map() };
}

function below(node: Node, step: string): Node {
  const child = node.inside.get(step) ?? emptyNode();
  node.inside.set(step, child);
  return child;
}

function strip(value: unknown, node: Node): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const every = node.inside.get('*');
  if (Array.isArray(value)) return every ? value.map((item) => strip(item, every)) : value;
  const kept = Object.entries(value).filter(([key]) => !node.out.has(key));
  return Object.fromEntries(
    kept.map(([key, item]) => {
      const child = node.inside.get(key) ?? every;
      return [key, child ? strip(item, child) : item];
    }),
  );
}
