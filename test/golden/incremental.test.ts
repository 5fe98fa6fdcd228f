import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Change } from '../../src/api/index.ts';
import { type ControlPlane, createControlPlane } from '../../src/control-plane/index.ts';
import { corpus, type GoldenCase } from '../support/corpus.ts';
import { leavesIn, withoutLeaf } from '../support/leaves.ts';
import { problemText, watchAll } from '../support/watching.ts';

type Upsert = Extract<Change, { kind: 'upsert' }>;

/** Few for each case: together they are thousands of steps, and the same ones on every machine. */
const RUNS = { numRuns: 8, seed: 20_26 };

describe('whatever came before, what a control plane arrives at is what it computes from scratch', () => {
  test.each(corpus().map((golden) => [golden.name, golden] as const))('%s', (_, golden) => {
    const objects = golden.changes.filter((change) => change.kind === 'upsert');
    const expected = endOf(golden, createControlPlane(), []);
    fc.assert(
      fc.property(history(objects), (steps) => {
        expect(endOf(golden, createControlPlane(), steps)).toEqual(expected);
      }),
      RUNS,
    );
  });
});

/** What is applied at once. */
type Step = readonly Change[];

/** Objects come, go, are younger and older versions of themselves; at the end each is there as written, in any order. */
function history(objects: readonly Upsert[]): fc.Arbitrary<readonly Step[]> {
  if (objects.length === 0) return fc.constant([]);
  const change = fc
    .constantFrom(...objects)
    .chain((object) =>
      fc.oneof(
        { weight: 2, arbitrary: fc.constant<Change>(object) },
        { weight: 2, arbitrary: fc.constant<Change>({ kind: 'delete', key: object.key }) },
        { weight: 3, arbitrary: olderVersion(object) },
      ),
    );
  const inBetween = fc.array(fc.array(change, { minLength: 1, maxLength: 3 }), { minLength: 2, maxLength: 6 });
  const atTheEnd = fc.shuffledSubarray([...objects], { minLength: objects.length });
  return fc.tuple(inBetween, atTheEnd).map(([steps, end]) => [...steps, ...end.map((object) => [object])]);
}

function olderVersion(change: Upsert): fc.Arbitrary<Change> {
  const leaves = leavesIn(change.object);
  if (leaves.length === 0) return fc.constant(change);
  return fc.constantFrom(...leaves).map((path): Change => ({ ...change, object: withoutLeaf(change.object, path) }));
}

/** All that the proxies of a case have, and all problems, after some steps and then the case itself. */
function endOf({ proxies, changes }: GoldenCase, controlPlane: ControlPlane, steps: readonly Step[]) {
  const watching = watchAll(controlPlane, proxies);
  const problems = controlPlane.graph.watch('problems', controlPlane.relationProblems, () => {});
  for (const step of steps) {
    controlPlane.store.apply(step);
    watching.layers();
    problems.read();
  }
  controlPlane.store.apply(steps.length > 0 ? changes.filter(({ kind }) => kind !== 'upsert') : changes);
  return { versions: watching.versions(), problems: controlPlane.problems().map(problemText).sort() };
}
