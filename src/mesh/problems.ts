import { type ObjectKey, type Problem, parseObjectKey } from '../api/index.ts';
import type { Graph, Query } from '../graph/index.ts';

/** What is wrong with one object among the others; the row is its key in the table of its kind. */
export type Check = (row: string) => readonly Finding[];

/** A problem before it is known whose it is. */
export type Finding = Omit<Problem, 'object' | 'place'>;

/** What is wrong between objects. Computed only when asked, and again only when what it is about changes. */
export function createProblems(
  graph: Graph,
  checks: Readonly<Record<string, Check>>,
): Query<readonly Problem[], ObjectKey> {
  return graph.query('mesh.problems', (object: ObjectKey): readonly Problem[] => {
    const { kind, namespace, name } = parseObjectKey(object);
    const check = Object.hasOwn(checks, kind) ? checks[kind] : undefined;
    return (check?.(`${namespace}/${name}`) ?? []).map((finding) => ({ ...finding, object }));
  });
}
