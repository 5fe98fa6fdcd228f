import { type KubeObject, type ObjectKey, type Origin, writtenPath } from '../api/index.ts';

/** Where a rule stands in a parsed object: `spec.http[2]`. */
export interface Position {
  readonly object: ObjectKey;
  readonly path: string;
  readonly renumbered?: KubeObject<unknown>['renumbered'];
}

export function positionIn({ key, renumbered }: KubeObject<unknown>, path: string): Position {
  return { object: key, path, ...(renumbered && { renumbered }) };
}

/** The place that the user wrote, of the rule or of something in it: `.route[0]`. */
export function originAt(at: Position, inside = ''): Origin {
  return { object: at.object, path: writtenPath(at as Parameters<typeof writtenPath>[0], `${at.path}${inside}`) };
}
