import assert from 'node:assert/strict';
import fc from 'fast-check';
import { test } from 'vitest';
import { Graph } from './graph.ts';

/** A watch that pulls as soon as it is told, and passes on values that differ. */
function follow<V>(graph: Graph, read: () => V, use: (value: V) => void): () => void {
  let last: V;
  const pull = (): void => {
    const value = watch.read();
    if (value === last) return;
    last = value;
    use(value);
  };
  const watch = graph.watch('follow', read, pull);
  pull();
  return watch.stop;
}

test('a change recomputes only what read it', () => {
  const graph = new Graph();
  const table = graph.table<number>('n');
  const double = graph.query('double', (key: string) => (table.get(key) ?? 0) * 2);
  const sum = graph.query('sum', (_: string) => table.keys().reduce((total, key) => total + double(key), 0));
  const seen: number[] = [];
  follow(
    graph,
    () => sum(''),
    (value) => seen.push(value),
  );
  graph.transaction(() => {
    for (const key of ['a', 'b', 'c']) table.set(key, 1);
  });
  graph.computed.clear();
  table.set('b', 5);
  assert.deepEqual(seen, [0, 6, 14]);
  assert.deepEqual([...graph.computed].sort(), [
    ['double', 1],
    ['sum', 1],
  ]);
});

test('change stops where a value comes out equal', () => {
  const graph = new Graph();
  const table = graph.table<number>('n');
  const parity = graph.query('parity', (key: string) => (table.get(key) ?? 0) % 2);
  const label = graph.query('label', (key: string) => (parity(key) ? 'odd' : 'even'));
  table.set('a', 1);
  let sent = 0;
  follow(
    graph,
    () => label('a'),
    () => sent++,
  );
  graph.computed.clear();
  table.set('a', 3);
  assert.equal(sent, 1);
  assert.deepEqual([...graph.computed], [['parity', 1]]);
});

test('a reader of one index group does not see the others', () => {
  const graph = new Graph();
  const rules = graph.table<{ host: string; n: number }>('rules');
  const byHost = rules.index('byHost', (rule) => [rule.host]);
  const rulesOf = graph.query('rulesOf', (host: string) => byHost(host).map((key) => rules.get(key)!.n));
  follow(
    graph,
    () => rulesOf('a'),
    () => {},
  );
  follow(
    graph,
    () => rulesOf('b'),
    () => {},
  );
  graph.computed.clear();
  rules.set('r1', { host: 'a', n: 1 });
  assert.deepEqual([...graph.computed], [['rulesOf', 1]]);
  rules.set('r1', { host: 'b', n: 1 });
  assert.equal(graph.computed.get('rulesOf'), 3);
});

test('a reader of a column is not even suspected when another part of the value changes', () => {
  const graph = new Graph();
  const rules = graph.table<{ host: string; n: number }>('rules');
  const host = rules.column('host', (rule) => rule.host);
  const hosts = graph.query('hosts', () => rules.keys().map((key) => host(key)));
  let suspected = 0;
  const watch = graph.watch(
    'hosts',
    () => hosts(''),
    () => suspected++,
  );
  rules.set('r1', { host: 'a', n: 1 });
  assert.deepEqual(watch.read(), ['a']);
  suspected = 0;
  rules.set('r1', { host: 'a', n: 2 });
  assert.equal(suspected, 0);
  rules.set('r1', { host: 'b', n: 2 });
  assert.equal(suspected, 1);
  assert.deepEqual(watch.read(), ['b']);
  assert.equal(host('r2'), undefined);
});

test('failures are values: thrown to each reader, not recomputed, gone when the cause is gone', () => {
  const graph = new Graph();
  const table = graph.table<number>('n');
  const strict = graph.query('strict', (key: string) => {
    const v = table.get(key);
    if (v === undefined) throw new Error(`no ${key}`);
    return v;
  });
  const safe = graph.query('safe', (key: string) => {
    try {
      return strict(key);
    } catch {
      return -1;
    }
  });
  const seen: number[] = [];
  follow(
    graph,
    () => safe('a'),
    (v) => seen.push(v),
  );
  table.set('a', 7);
  table.delete('a');
  assert.deepEqual(seen, [-1, 7, -1]);
});

test('cycles and writes from inside a query are refused', () => {
  const graph = new Graph();
  const table = graph.table<number>('n');
  const loop: (key: string) => number = graph.query('loop', (key: string) => loop(key) + 1);
  assert.throws(() => loop('x'), /depends on itself/);
  const writer = graph.query('writer', (key: string) => {
    table.set(key, 1);
    return 1;
  });
  assert.throws(() => writer('x'), /must not write/);
});

test('explain names the inputs of a value', () => {
  const graph = new Graph();
  const table = graph.table<number>('services');
  table.set('a', 1);
  const cluster = graph.query('cluster', (key: string) => table.get(key));
  const all = graph.query('clusters', (view: string) => table.keys().map((k) => `${view}${cluster(k)}`));
  assert.deepEqual(
    graph.explain(() => all('sidecar')),
    [
      ['clusters(sidecar)', 'services.keys'],
      ['clusters(sidecar)', 'cluster(a)', 'services(a)'],
    ],
  );
});

test('memory follows demand', () => {
  const graph = new Graph();
  const table = graph.table<number>('n');
  table.set('a', 1);
  const q = graph.query('q', (key: string) => table.get(key));
  const stop = follow(
    graph,
    () => q('a'),
    () => {},
  );
  stop();
  graph.computed.clear();
  q('a');
  assert.equal(graph.computed.get('q'), 1);
});

test('a read that is no longer made is forgotten', () => {
  const graph = new Graph();
  const table = graph.table<string>('pointer');
  const target = graph.query('target', (key: string) => key.length);
  const pointed = graph.query('pointed', (key: string) => target(table.get(key) ?? ''));
  follow(
    graph,
    () => pointed('p'),
    () => {},
  );
  table.set('p', 'a');
  const size = graph.size;
  for (const name of ['bb', 'ccc', 'dddd']) table.set('p', name);
  assert.equal(graph.size, size);
});

/** Any program of writes, read through any layered graph, shows exactly what recomputing from scratch shows. */
test('incremental equals from scratch', () => {
  const keys = ['0', '1', '2', '3', '4'];
  const op = fc.oneof(
    fc.record({
      kind: fc.constant('set' as const),
      key: fc.constantFrom(...keys),
      value: fc.integer({ min: 0, max: 3 }),
    }),
    fc.record({ kind: fc.constant('delete' as const), key: fc.constantFrom(...keys) }),
    fc.record({
      kind: fc.constant('watch' as const),
      layer: fc.integer({ min: 0, max: 4 }),
      key: fc.constantFrom(...keys),
    }),
    fc.record({ kind: fc.constant('unwatch' as const), index: fc.nat(6) }),
  );
  fc.assert(
    fc.property(
      fc.array(fc.array(op, { maxLength: 4 }), { maxLength: 25 }),
      fc.infiniteStream(fc.nat(97)),
      (batches, salts) => {
        const salt = [...Array(5)].map(() => salts.next().value as number);
        const build = (
          read: (key: string) => number | undefined,
          all: () => readonly string[],
          group: (g: string) => readonly string[],
          part: (key: string) => number | undefined,
          memo: (name: string, f: (key: string) => number) => (key: string) => number,
        ) => {
          const layers: ((key: string) => number)[] = [];
          for (let i = 0; i < 5; i++) {
            const below = layers[i - 1];
            layers.push(
              memo(`layer${i}`, (key) => {
                const own = below ? below(key) : (read(key) ?? -1);
                const mode = (own + salt[i]!) % 6;
                const next = String((Number(key) + mode) % 5);
                if (mode === 0) return own % 3; // backdating happens
                if (mode === 1) return own + (below ? below(next) : (read(next) ?? 0));
                if (mode === 2) return all().length + own;
                if (mode === 4) return part(next) ?? own;
                if (mode === 3) return group(String(Math.abs(own) % 3)).length;
                return below ? (below(next) > 2 ? below(key) : 1) : (read(next) ?? 7); // dynamic reads
              }),
            );
          }
          return layers;
        };
        const graph = new Graph();
        const table = graph.table<number>('n');
        const byMod = table.index('byMod', (v) => [String(v % 3)]);
        const half = table.column('half', (v) => v >> 1);
        const live = build(table.get, table.keys, byMod, half, (name, f) => graph.query(name, f));
        const truth = new Map<string, number>();
        const scratch = build(
          (k) => truth.get(k),
          () => [...truth.keys()].sort(),
          (g) =>
            [...truth]
              .filter(([, v]) => String(v % 3) === g)
              .map(([k]) => k)
              .sort(),
          (k) => (truth.has(k) ? truth.get(k)! >> 1 : undefined),
          (_, f) => f,
        );
        const watches: { layer: number; key: string; last: number; stop: () => void; lazy?: () => number }[] = [];
        let turn = 0;
        for (const batch of batches) {
          graph.transaction(() => {
            for (const o of batch) {
              if (o.kind === 'set') {
                table.set(o.key, o.value);
                truth.set(o.key, o.value);
              }
              if (o.kind === 'delete') {
                table.delete(o.key);
                truth.delete(o.key);
              }
            }
          });
          for (const o of batch) {
            if (o.kind === 'watch') {
              const w: (typeof watches)[number] = { layer: o.layer, key: o.key, last: NaN, stop: () => {} };
              // Half the watches pull when told; half are lazy and are only read now and then.
              if (watches.length % 2)
                w.stop = follow(
                  graph,
                  () => live[o.layer]!(o.key),
                  (v) => {
                    w.last = v;
                  },
                );
              else {
                const lazy = graph.watch(
                  'lazy',
                  () => live[o.layer]!(o.key),
                  () => {
                    w.last = NaN;
                  },
                );
                w.stop = lazy.stop;
                w.lazy = lazy.read;
                w.last = NaN;
              }
              watches.push(w);
            }
            if (o.kind === 'unwatch' && watches.length) watches.splice(o.index % watches.length, 1)[0]!.stop();
          }
          turn++;
          for (const w of watches) {
            if (w.lazy && turn % 3 === 0) w.last = w.lazy();
            // A lazy watch that was not told anything since it was read still holds the truth.
            if (!w.lazy || !Number.isNaN(w.last)) assert.equal(w.last, scratch[w.layer]!(w.key));
          }
          if (turn % 2) for (const key of keys) assert.equal(live[4]!(key), scratch[4]!(key));
        }
        for (const w of watches) w.stop();
        graph
          .watch(
            'last',
            () => 0,
            () => {},
          )
          .read();
        assert.equal(graph.size, 0);
      },
    ),
    { numRuns: 3000 },
  );
});
