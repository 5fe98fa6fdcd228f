import { displayName, objectKey, type Problem, parseObjectKey } from '../api/index.ts';
import type { Graph } from '../graph/index.ts';
import type { ObjectKey } from '../mesh/index.ts';
import type { Policies } from './policies.ts';
import type { Heading } from './scope.ts';

/** What is wrong with one object among the others; the row is its key in the table of its kind. */
export type Check = (row: string) => readonly Finding[];

/** A problem before it is known whose it is. */
export type Finding = Omit<Problem, 'object' | 'place'>;

/** By `group/Kind`: two kinds are called AuthorizationPolicy. */
export function createProblems(graph: Graph, checks: Readonly<Record<string, Check>>): Policies['problems'] {
  return graph.query('policy.problems', (object: ObjectKey): readonly Problem[] => {
    const { group, kind, namespace, name } = parseObjectKey(object);
    const check = checks[`${group}/${kind}`];
    return (check?.(`${namespace}/${name}`) ?? []).map((finding) => ({ ...finding, object }));
  });
}

/** For people: `PeerAuthentication shop/cart`. */
export function nameOf(group: string, kind: string, row: string): string {
  const [namespace = '', name = ''] = row.split('/');
  return displayName(objectKey(group, kind, namespace, name));
}

export function istioName(kind: string, { row }: Pick<Heading, 'row'>): string {
  return nameOf('security.istio.io', kind, row);
}
