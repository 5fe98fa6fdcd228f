import {
  type Change,
  type Locate,
  type ObjectKey,
  type Place,
  type Problem,
  parseObject,
  parseObjectKey,
  type RawObject,
} from '../api/index.ts';
import type { Graph, Table } from '../graph/index.ts';
import { createProblems } from './problems.ts';
import { createTables, type Reader, type Tables } from './tables.ts';

export interface Store extends Tables {
  /** Takes in what a source says, in one transaction of the graph. `source` is the name under which `synced` is set. */
  readonly apply: (changes: readonly Change[], source?: string) => void;

  /** All that is wrong with one object or file, looked at alone; keyed by object key, or by the source's subject (a file). */
  readonly problems: Reader<readonly Problem[]>;
  /** The sources that have told everything that existed at their start, by name (`directory` unless said otherwise). */
  readonly synced: Reader<true>;

  /** Where a path of an object stands now. Not a query: moving a line wakes nobody, so ask when you show it. */
  readonly place: (object: ObjectKey, path: string, atKey?: boolean) => Place | undefined;
  /** The same problem with its place, where that is known. Not a query. */
  readonly locate: (problem: Problem) => LocatedProblem;
  /** Every object that a source told of, usable or not, sorted. Not a query. */
  readonly objects: () => readonly ObjectKey[];
  /** What the user wrote, for showing. Not a query. */
  readonly objectOf: (object: ObjectKey) => RawObject | undefined;
}

export type LocatedProblem = Problem & { readonly place: Place | undefined };

interface Told {
  readonly object: RawObject;
  readonly locate: Locate;
}

export function createStore(graph: Graph): Store {
  const { tables, byKind } = createTables(graph);
  const problems = createProblems(graph);
  const synced = graph.table<true>('synced');
  const told = new Map<ObjectKey, Told>();
  /** Objects of which something was usable once. */
  const worked = new Set<ObjectKey>();

  const take = (change: Change, source: string): void => {
    if (change.kind === 'upsert') upsert(change.key, change.object, change.locate);
    else if (change.kind === 'delete') remove(change.key);
    else if (change.kind === 'problems') problems.say(change.subject, 'source', change.problems);
    else synced.set(source, true);
  };

  const upsert = (key: ObjectKey, object: RawObject, locate: Locate): void => {
    told.set(key, { object, locate });
    const parsed = parseObject(object);
    // What cannot be used at all does not take away what worked before.
    if (parsed.value !== undefined) worked.add(key);
    const value = parsed.value ?? (worked.has(key) ? undefined : parsed.standIn);
    if (value !== undefined) tableOf(key)?.set(rowOf(key), value);
    // Under the source's key, since a parser knows no name for an object whose name is bad, and it stands somewhere.
    problems.say(
      key,
      'parser',
      parsed.problems.map((problem) => ({ ...problem, object: key })),
    );
  };

  const remove = (key: ObjectKey): void => {
    told.delete(key);
    worked.delete(key);
    tableOf(key)?.delete(rowOf(key));
    problems.say(key, 'parser', []);
  };

  const tableOf = (key: ObjectKey): Table<unknown> | undefined => {
    const { group, kind } = parseObjectKey(key);
    return byKind.get(`${group}/${kind}`);
  };

  const place: Store['place'] = (object, path, atKey) => told.get(object)?.locate(path, atKey);

  return {
    ...tables,
    apply: (changes, source = 'directory') =>
      graph.transaction(() => {
        for (const change of changes) take(change, source);
      }),
    problems: problems.table,
    synced,
    place,
    locate: (problem) => withPlace(problem, place),
    objects: () => [...told.keys()].sort(),
    objectOf: (object) => told.get(object)?.object,
  };
}

/** `shop/cart`, or `shop` for a kind without namespaces. */
function rowOf(key: ObjectKey): string {
  const { namespace, name } = parseObjectKey(key);
  return namespace ? `${namespace}/${name}` : name;
}

function withPlace({ atKey, ...problem }: Problem, place: Store['place']): LocatedProblem {
  const found = problem.place ?? (problem.object && place(problem.object, problem.path, atKey));
  return { ...problem, place: found } as LocatedProblem;
}
