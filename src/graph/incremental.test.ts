import assert from 'node:assert/strict';
import fc from 'fast-check';
import { test } from 'vitest';
import { Graph } from './graph.ts';
import { follow } from './testing.ts';

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
                if (mode === 0) return (own % 3) | 0; // backdating happens; 0 and -0 are one value
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
