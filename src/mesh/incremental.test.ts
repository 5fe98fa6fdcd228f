import fc from 'fast-check';
import { expect, test } from 'vitest';
import { keyOf, parseObject, type RawObject } from '../api/index.ts';
import type { Mesh } from './mesh.ts';
import { entry, pod, rule, service, slice, type World, workloadEntry, world } from './world.fixture.ts';

const SIZE = 1000;
const HTTP = [{ name: 'http', port: 80 }];
const TARGET = [{ name: 'http', port: 8080 }];

function manyServices(): readonly RawObject[] {
  return Array.from({ length: SIZE }, (_, i) => i).flatMap((i) => [
    service(`ns${i % 10}/s${i}`, { clusterIP: '10.96.0.1', selector: { app: `s${i}` }, ports: HTTP }),
    slice(`ns${i % 10}/s${i}-1`, `s${i}`, ['10.0.0.1', '10.0.0.2'], TARGET),
    rule(`ns${i % 10}/s${i}`, { host: `s${i}`, subsets: [{ name: 'v1', labels: { version: 'v1' } }] }),
  ]);
}

/** Everything that a client namespace can ask. */
function readAll(mesh: Mesh, client: string): void {
  for (const host of mesh.visibleHosts(client)) {
    const id = mesh.serviceOf(client, host)!;
    const rules = mesh.ruleFor(client, id);
    for (const { number } of mesh.service(id)!.ports) {
      mesh.endpoints(id, number);
      for (const subset of [undefined, ...mesh.subsets(rules)]) mesh.trafficPolicy(rules, number, subset?.name);
    }
  }
  mesh.inboundPorts(client, { app: 's1' }, []);
}

/** What is computed again after a change, by query. */
function recomputed({ graph, mesh, put }: World, changed: RawObject): Readonly<Record<string, number>> {
  const watch = graph.watch(
    'all',
    () => readAll(mesh, 'ns1'),
    () => {},
  );
  watch.read();
  graph.computed.clear();
  put(changed);
  watch.read();
  watch.stop();
  return Object.fromEntries(graph.computed);
}

test('among a thousand services, one slice is computed again and the one port it serves', () => {
  const w = world(...manyServices());
  const changed = slice('ns7/s7-1', 's7', ['10.0.0.1', '10.0.0.3'], TARGET);
  expect(recomputed(w, changed)).toEqual({ 'mesh.sliceEndpoints': 1, 'mesh.endpoints': 1 });
});

test('among a thousand rules, one rule is computed again and what it says', () => {
  const w = world(...manyServices());
  const changed = rule('ns7/s7', { host: 's7', subsets: [{ name: 'v1', labels: { version: 'v3' } }] });
  expect(recomputed(w, changed)).toEqual({ 'mesh.subsets': 1, 'mesh.trafficPolicy': 2 });
});

test('among a thousand services, another port of one is computed again, and no list of hosts', () => {
  const w = world(...manyServices());
  const computed = recomputed(
    w,
    service('ns7/s7', { clusterIP: '10.96.0.1', selector: { app: 's7' }, ports: [{ name: 'http', port: 81 }] }),
  );
  expect(Object.keys(computed)).not.toContain('mesh.visibleHosts');
  expect(Object.values(computed).reduce((sum, times) => sum + times)).toBeLessThan(10);
});

const namespaces = ['a', 'b', 'istio-system'];
const hosts = ['api.example.com', '*.example.com', 's0.a.svc.cluster.local', 's1.b.svc.cluster.local'];
const addresses = ['10.0.0.1', '10.0.0.2', '10.0.0.3', 'name.example.com'];
const created = fc.constantFrom(undefined, '2024-01-01T00:00:00Z', '2024-02-01T00:00:00Z');
const namespace = fc.constantFrom(...namespaces);
const labels = fc.constantFrom({ app: 'x' }, { app: 'y' }, { app: 'x', version: 'v1' });
const exportTo = fc.constantFrom(undefined, ['*'], ['.'], ['~'], ['a'], ['b', 'istio-system']);
const ports = fc.constantFrom(
  [{ name: 'http', port: 80, targetPort: 8080 }],
  [{ name: 'tcp', port: 81, targetPort: 'web' }],
  [],
);
const entryPorts = fc.constantFrom(
  [{ name: 'http', number: 80, protocol: 'HTTP' }],
  [{ name: 'tcp', number: 81, protocol: 'TCP' }],
);
const row = (names: readonly string[]) =>
  fc.tuple(namespace, fc.constantFrom(...names)).map((parts) => parts.join('/'));
const meta = created.map((creationTimestamp) => (creationTimestamp === undefined ? {} : { creationTimestamp }));

const anyObject: fc.Arbitrary<RawObject> = fc
  .oneof(
    fc
      .tuple(row(['s0', 's1']), fc.option(labels, { nil: undefined }), ports, exportTo, meta)
      .map(([name, selector, some, to, age]) =>
        service(
          name,
          { selector, ports: some },
          { ...age, ...(to ? { annotations: { 'networking.istio.io/exportTo': to.join() } } : {}) },
        ),
      ),
    fc.tuple(row(['l0', 'l1']), fc.constantFrom('s0', 's1'), fc.subarray(addresses)).map(([name, of, some]) =>
      slice(name, of, some, [
        { name: 'http', port: 8080 },
        { name: 'tcp', port: 8081 },
      ]),
    ),
    fc.tuple(row(['p0', 'p1']), labels, fc.constantFrom(...addresses.slice(0, 3))).map(([name, some, podIP]) =>
      pod(name, some, {
        spec: { containers: [{ name: 'main', ports: [{ name: 'web', containerPort: 9000 }] }] },
        status: { podIP },
      }),
    ),
    fc
      .tuple(
        row(['e0', 'e1']),
        fc.subarray(hosts, { minLength: 1 }),
        fc.constantFrom('STATIC', 'DNS', 'NONE'),
        entryPorts,
        exportTo,
        fc.oneof(
          labels.map((some) => ({ workloadSelector: { labels: some } })),
          fc.subarray(addresses).map((some) => ({ endpoints: some.map((address) => ({ address })) })),
        ),
        meta,
      )
      .map(([name, some, resolution, entryPort, to, who, age]) =>
        entry(name, { hosts: some, resolution, ports: entryPort, exportTo: to, ...who }, age),
      ),
    fc
      .tuple(row(['w0', 'w1']), labels, fc.constantFrom(...addresses))
      .map(([name, some, address]) => workloadEntry(name, { address, labels: some })),
    fc
      .tuple(
        row(['r0', 'r1', 'r2']),
        fc.constantFrom('s0', 's1', '*', ...hosts),
        fc.subarray(['v1', 'v2']),
        fc.option(fc.nat(3), { nil: undefined }),
        exportTo,
        meta,
      )
      .map(([name, host, subsets, maxConnections, to, age]) =>
        rule(
          name,
          {
            host,
            exportTo: to,
            subsets: subsets.map((version) => ({ name: version, labels: { version } })),
            ...(maxConnections === undefined ? {} : { trafficPolicy: { connectionPool: { tcp: { maxConnections } } } }),
          },
          age,
        ),
      ),
  )
  .filter((object) => parseObject(object).value !== undefined);

/** All that a mesh can be asked. */
function everything({ mesh }: World, objects: readonly RawObject[]): unknown {
  const seen = namespaces.map((client) =>
    mesh.visibleHosts(client).map((host) => {
      const id = mesh.serviceOf(client, host)!;
      const ruleId = mesh.ruleFor(client, id);
      const subsets = mesh.subsets(ruleId);
      const policies = [undefined, 'v1', 'v2'].map((subset) => mesh.trafficPolicy(ruleId, 80, subset));
      return [host, mesh.service(id), [80, 81].map((port) => mesh.endpoints(id, port)), ruleId, subsets, policies];
    }),
  );
  const inbound = namespaces.map((ns) => [
    mesh.inboundPorts(ns, { app: 'x', version: 'v1' }, ['10.0.0.1']),
    mesh.inboundPorts(ns, {}, ['10.0.0.2', '10.0.0.3']),
  ]);
  const named = addresses.map((address) => mesh.isNamedAddress(address));
  return { seen, inbound, named, keys: mesh.selectorKeys(), problems: objects.map((one) => mesh.problems(keyOf(one))) };
}

test('whatever happens to objects, in whatever order, the mesh is what it would be from scratch', () => {
  const step = fc.record({ object: anyObject, gone: fc.boolean(), look: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 25 }), (steps) => {
      const live = world();
      const objects = new Map<string, RawObject>();
      // Holds what was computed, so that it is there to go stale.
      const watch = live.graph.watch(
        'test',
        () => everything(live, [...objects.values()]),
        () => {},
      );
      for (const { object, gone, look } of steps) {
        if (gone && objects.has(keyOf(object))) {
          live.drop(object);
          objects.delete(keyOf(object));
        } else {
          live.put(object);
          objects.set(keyOf(object), object);
        }
        if (look) watch.read();
      }
      expect(everything(live, [...objects.values()])).toEqual(
        everything(world(...objects.values()), [...objects.values()]),
      );
      watch.stop();
    }),
    { numRuns: 300 },
  );
});
