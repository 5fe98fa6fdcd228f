import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ControlPlane, createControlPlane } from '../../src/control-plane/index.ts';
import { type DirectorySource, watchDirectory } from '../../src/source/index.ts';
import type { CaseProxy } from '../support/corpus.ts';
import { until } from '../support/until.ts';
import { type Watching, watchAll } from '../support/watching.ts';
import { HEALTHY } from './healthy.ts';
import { badInputs } from './inputs.ts';

/** One directory and one control plane for all: the process that has read the first mistake must read the last. */
let directory: string;
let source: DirectorySource;
let controlPlane: ControlPlane;
let watching: Watching;
let batches = 0;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'pharos-bad-'));
  writeFileSync(join(directory, 'a-healthy.yaml'), HEALTHY);
  controlPlane = createControlPlane();
  source = watchDirectory(directory, { emptyGraceMs: 20 }, (changes) => {
    controlPlane.store.apply(changes);
    batches++;
  });
  await source.ready;
  watching = watchAll(controlPlane, [sidecar, router]);
});

afterAll(() => {
  source.close();
  rmSync(directory, { recursive: true });
});

test(`there are ${badInputs.length} kinds of mistakes, each with its own name`, () => {
  expect(new Set(badInputs.map(({ name }) => name)).size).toBe(badInputs.length);
  expect(badInputs.length).toBeGreaterThanOrEqual(30);
});

test.each(badInputs.map((input) => [input.name, input] as const))(
  '%s is told with its place, changes nothing else, and is forgotten when it is gone',
  async (_, { content, file = 'bad.yaml', told }) => {
    const healthy = watching.versions();
    expect(problemsIn('a-healthy.yaml')).toEqual([]);

    await change(() => writeFileSync(join(directory, file), content));
    expect(problemsIn(file)).toContainEqual(expect.stringMatching(patternOf(told)));
    for (const [name, version] of healthy)
      if (!mayDiffer(name)) expect([name, watching.versions().get(name)]).toEqual([name, version]);

    await change(() => rmSync(join(directory, file)));
    expect(problemsIn(file)).toEqual([]);
    expect(watching.versions()).toEqual(healthy);
  },
);

test('a file that is half written keeps what it held, and is whole again when it is', async () => {
  await change(() => writeFileSync(join(directory, 'late.yaml'), LATE));
  const whole = watching.versions();
  await change(() => writeFileSync(join(directory, 'late.yaml'), LATE.slice(0, -30)));
  expect(problemsIn('late.yaml')).toContainEqual(expect.stringMatching(/^\d+:\d+ invalid-yaml$/));
  expect(watching.versions()).toEqual(whole);
  await change(() => writeFileSync(join(directory, 'late.yaml'), LATE));
  expect(problemsIn('late.yaml')).toEqual([]);
  expect(watching.versions()).toEqual(whole);
  await change(() => rmSync(join(directory, 'late.yaml')));
});

async function change(make: () => void): Promise<void> {
  const before = batches;
  make();
  await until('the change is taken in', () => batches > before);
}

function problemsIn(file: string): string[] {
  const here = controlPlane
    .problems()
    .filter(({ place, severity }) => severity !== 'notice' && place?.file.endsWith(`/${file}`));
  return here.map(({ place, code }) => `${place!.line}:${place!.column} ${code}`);
}

function patternOf(told: string): RegExp {
  return new RegExp(`^${told.replace('*', '\\d+')}$`);
}

/** What is right beside a mistake counts: rules for tea, and hosts of its own, which SotW proxies have inside one route. */
function mayDiffer(name: string): boolean {
  return name.includes('tea.shop') || name === 'sidecar over sotw: rds 80';
}

const LATE = `apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: late, namespace: shop }
spec:
  hosts: [late.shop]
  ports: [{ number: 80, name: http, protocol: HTTP }]
  resolution: STATIC
  endpoints: [{ address: 10.0.0.9, labels: { version: "v1" } }]
`;

const sidecar: CaseProxy = {
  name: 'sidecar',
  show: {},
  node: {
    id: 'sidecar~10.0.0.50~web-1.shop~shop.svc.cluster.local',
    cluster: 'web',
    metadata: {},
    locality: undefined,
    userAgentName: 'envoy',
    userAgentVersion: '',
    protocol: 'delta',
  },
};

const router: CaseProxy = {
  name: 'router',
  show: {},
  node: {
    ...sidecar.node,
    id: 'router~10.0.0.51~edge-1.shop~shop.svc.cluster.local',
    metadata: { LABELS: { istio: 'ingressgateway' } },
  },
};
