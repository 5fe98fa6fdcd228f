import { describe, expect, test } from 'vitest';
import { type Change, supportTable } from '../../src/api/index.ts';
import { formatPath, isWithin, type Path, placesOf, type Steps, stepsOf } from '../../src/api/path.ts';
import { corpus, type GoldenCase, load } from '../support/corpus.ts';
import { leavesIn, withoutLeaf } from '../support/leaves.ts';
import { problemText, watchAll } from '../support/watching.ts';

type Upsert = Extract<Change, { kind: 'upsert' }>;

const cases = corpus();

/** Fields that may go unnoticed in a case: `case: Kind path` → why. */
const EXCEPTIONS: Readonly<Record<string, string>> = {};

describe('nothing that a case says could be left unsaid', () => {
  test.each(cases.map((golden) => [golden.name, golden] as const))('%s', (_, golden) => {
    const unnoticed = leavesWithoutEffect(golden).map((leaf) => `${golden.name}: ${leaf}`);
    expect(unnoticed.filter((leaf) => EXCEPTIONS[leaf] === undefined)).toEqual([]);
  });
});

test('every exception is still one', () => {
  const found = new Set(
    cases.flatMap((golden) => leavesWithoutEffect(golden).map((leaf) => `${golden.name}: ${leaf}`)),
  );
  expect(Object.keys(EXCEPTIONS).filter((leaf) => !found.has(leaf))).toEqual([]);
});

test('every field that is applied is said by some case', () => {
  const objects = cases.flatMap(upsertsIn);
  const unsaid = rows
    .filter(({ status, kind, steps }) => {
      const isSaid = ({ object, key }: Upsert): boolean => kindOf(key) === kind && !placesOf(object, steps).next().done;
      return status === 'applied' && !objects.some(isSaid);
    })
    .map(({ kind, path }) => `${kind} ${path}`);
  expect(unsaid).toEqual([]);
});

interface Row {
  readonly kind: string;
  readonly path: string;
  readonly status: string;
  readonly steps: Steps;
}

/** Lines about single values of a field have a line about the field beside them. */
const rows: readonly Row[] = supportTable()
  .filter(({ path }) => !path.includes('='))
  .map((row) => ({ ...row, steps: stepsOf(row.path) }));
const rowsOfKind = Map.groupBy(rows, ({ kind }) => kind);

/** Leaves that could be removed, and no proxy would have anything else, and nobody would be told anything else. */
function leavesWithoutEffect(golden: GoldenCase): readonly string[] {
  const controlPlane = load(golden.changes);
  const watching = watchAll(controlPlane, golden.proxies);
  const relations = controlPlane.graph.watch('problems', controlPlane.relationProblems, () => {});
  const outcome = (): string => {
    relations.read();
    return JSON.stringify([[...watching.versions()], controlPlane.problems().map(problemText).sort()]);
  };
  const before = outcome();
  return upsertsIn(golden).flatMap((change) =>
    leavesIn(change.object)
      .filter((path) => mayMatter(change, path))
      .filter((path) => {
        controlPlane.store.apply([{ ...change, object: withoutLeaf(change.object, path) }]);
        const after = outcome();
        controlPlane.store.apply([change]);
        return after === before;
      })
      .map((path) => `${change.object.kind} ${change.object.metadata.name} ${formatPath(path)}`),
  );
}

/** Not what people read, nor what says nothing to a mesh (an image, a volume). */
function mayMatter({ key }: Upsert, path: Path): boolean {
  const row = rowsOfKind.get(kindOf(key))?.find(({ steps }) => isWithin(path, steps));
  return row !== undefined && row.status !== 'informational';
}

function upsertsIn({ changes }: GoldenCase): readonly Upsert[] {
  return changes.filter((change) => change.kind === 'upsert');
}

/** `networking.istio.io/VirtualService`. */
function kindOf(key: string): string {
  return key.split('/').slice(0, 2).join('/');
}
