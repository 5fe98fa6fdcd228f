import assert from 'node:assert/strict';
import { test } from 'vitest';
import { Graph } from './graph.ts';
import { follow } from './testing.ts';

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
