import { describe, expect, test } from 'vitest';
import { type Change, supportTable } from '../../src/api/index.ts';
import { formatPath, isWithin, type Path, type Steps, stepsOf } from '../../src/api/path.ts';
import type { ControlPlane } from '../../src/control-plane/index.ts';
import { gatewayObjects } from '../../src/deploy/index.ts';
import { type FieldCase, gatewayApiCases, goldenCases } from '../support/field-cases.ts';
import { leavesIn, withoutLeaf } from '../support/leaves.ts';
import { problemText, watchAll } from '../support/watching.ts';

type Upsert = Extract<Change, { kind: 'upsert' }>;

const cases = goldenCases();
/** Written as a user would, from what a specification asks for: they may say what nobody would miss. */
const storied = await gatewayApiCases();
const ROWS = rowsOfKind();
const known = new Map<FieldCase, readonly Saying[]>();

/** What a case may say though nobody would miss it there. Each is missed in some other case: the last test sees to it. */
const EXCEPTIONS: readonly Exception[] = [
  {
    kind: 'networking.istio.io/Gateway',
    path: 'spec.selector',
    reason: 'without a selector every router is chosen, and most cases have only the one',
  },
  {
    kind: 'networking.istio.io/Gateway',
    path: 'spec.servers[].tls.mode',
    reason: 'PASSTHROUGH is what holds without it, and nobody leaves it unsaid',
  },
  {
    kind: 'networking.istio.io/DestinationRule',
    path: 'spec.trafficPolicy.tls.mode',
    reason: 'DISABLE is what holds without it, and nobody leaves it unsaid',
  },
  {
    kind: '/Service',
    path: 'spec.ports[].targetPort',
    reason: 'that of a UDP port, to which nobody is sent; a name that no container has would be told',
  },
  {
    kind: '/Pod',
    path: 'status.podIP',
    reason: 'a pod that has ended has one still, and nobody is sent there',
  },
];

describe('nothing that a case says could be left unsaid', () => {
  test.each(cases.map((golden) => [golden.name, golden] as const))('%s', (_, golden) => {
    const unmissed = sayingsOf(golden).filter(({ missed, leaf }) => !missed && exceptionFor(leaf) === undefined);
    expect(unmissed.map(({ shown }) => shown)).toEqual([]);
  });
});

test('every exception is still one', () => {
  const unmissed = cases.flatMap(sayingsOf).filter(({ missed }) => !missed);
  const used = new Set(unmissed.map(({ leaf }) => exceptionFor(leaf)));
  expect(EXCEPTIONS.filter((exception) => !used.has(exception))).toEqual([]);
});

describe('every field that is applied is said by some case, and would be missed there', () => {
  test.each([...ROWS])('%s', (_, rows) => {
    expect(unsaidOf(rows).map(({ path }) => path)).toEqual([]);
  });
});

interface Exception {
  readonly kind: string;
  readonly path: string;
  readonly reason: string;
}

/** `networking.istio.io/VirtualService`, and a place in it. */
interface Leaf {
  readonly kind: string;
  readonly path: Path;
}

/** One leaf of one object of a case; `missed`: without it a proxy would have something else, or somebody be told so. */
interface Saying {
  readonly leaf: Leaf;
  readonly missed: boolean;
  readonly shown: string;
}

function exceptionFor({ kind, path }: Leaf): Exception | undefined {
  return EXCEPTIONS.find((exception) => exception.kind === kind && isWithin(path, stepsOf(exception.path)));
}

interface Row {
  readonly kind: string;
  readonly path: string;
  readonly status: string;
  readonly steps: Steps;
}

/** Lines about single values of a field have a line about the field beside them. */
function rowsOfKind(): ReadonlyMap<string, readonly Row[]> {
  const rows = supportTable().filter(({ path }) => path !== '' && !path.includes('='));
  return Map.groupBy(
    rows.map((row) => ({ ...row, steps: stepsOf(row.path) })),
    ({ kind }) => kind,
  );
}

function sayingsOf(golden: FieldCase): readonly Saying[] {
  const before = known.get(golden);
  if (before) return before;
  const sayings = tryWithout(golden);
  known.set(golden, sayings);
  return sayings;
}

/** Fields that are applied, and that nobody would miss anywhere. */
function unsaidOf(rows: readonly Row[]): readonly Row[] {
  const missed = missedRows();
  return rows.filter((row) => row.status === 'applied' && !missed.has(row));
}

let seen: ReadonlySet<Row> | undefined;

function missedRows(): ReadonlySet<Row> {
  if (seen) return seen;
  const missed = (sayings: readonly Saying[]) =>
    sayings.filter((saying) => saying.missed).map(({ leaf }) => rowOf(leaf)!);
  const rows = new Set(cases.flatMap((golden) => missed(sayingsOf(golden))));
  // One case is enough for a field, and there are many.
  for (const story of storied)
    for (const row of missed(tryWithout(story, (leaf) => !rows.has(rowOf(leaf)!)))) rows.add(row);
  seen = rows;
  return rows;
}

/** Takes away one leaf after the other, and puts it back. */
function tryWithout(
  { changes, proxies, open }: FieldCase,
  asked: (leaf: Leaf) => boolean = () => true,
): readonly Saying[] {
  const controlPlane = open();
  const { graph, status } = controlPlane;
  const watching = watchAll(controlPlane, proxies);
  const relations = graph.watch('problems', controlPlane.relationProblems, () => {});
  const statuses = graph.watch(
    'statuses',
    () => status.objects().map((key) => [key, status.of(key)]),
    () => {},
  );
  const outcome = (): string => {
    relations.read();
    const problems = controlPlane.problems().map(problemText).sort();
    return JSON.stringify([[...watching.versions()], problems, statuses.read(), manifestsOf(controlPlane)]);
  };
  const whole = outcome();
  const isMissed = (change: Upsert, path: Path): boolean => {
    controlPlane.store.apply([{ ...change, object: withoutLeaf(change.object, path) }]);
    const without = outcome();
    controlPlane.store.apply([change]);
    return without !== whole;
  };
  const upserts = changes.filter((change) => change.kind === 'upsert');
  return upserts.flatMap((change) =>
    leavesIn(change.object)
      .map((path) => ({ kind: kindOf(change.key), path }))
      .filter((leaf) => mayMatter(leaf) && asked(leaf))
      .map((leaf) => ({
        leaf,
        missed: isMissed(change, leaf.path),
        shown: `${change.object.kind} ${change.object.metadata.name} ${formatPath(leaf.path)}`,
      })),
  );
}

/** What would be deployed for its Gateways. */
function manifestsOf({ store, routing: { gatewayApi } }: ControlPlane): readonly object[] {
  const options = { xds: { address: 'pharos', port: 15_010 }, image: 'envoy', replicas: 1, tokenAudience: undefined };
  return gatewayApi.gateways().flatMap((row) => {
    const gateway = store.kubernetesGateways.get(row);
    return gateway ? gatewayObjects(gateway, gatewayApi.listeners(row), options) : [];
  });
}

/** Not what people read, nor what says nothing to a mesh (an image, a volume). */
function mayMatter(leaf: Leaf): boolean {
  const row = rowOf(leaf);
  return row !== undefined && row.status !== 'informational';
}

function rowOf({ kind, path }: Leaf): Row | undefined {
  return ROWS.get(kind)?.find(({ steps }) => isWithin(path, steps));
}

/** `networking.istio.io/VirtualService`. */
function kindOf(key: string): string {
  return key.split('/').slice(0, 2).join('/');
}
