import { expect, test } from 'vitest';
import { entriesIn, type Layers, lookupIn } from '../../lib/layers.ts';
import type { Entry } from '../../proto/index.ts';
import { services, type World, world } from '../../route/testing.ts';
import { fakeView } from '../fake-views.ts';
import { translators } from './testing.ts';

const SIZE = 1000;
const names = Array.from({ length: SIZE }, (_, i) => `ns${i % 10}/s${i}`);

function weighted(row: string, weight: number): string {
  const [, name] = row.split('/');
  return `{kind: VirtualService, row: ${row}, spec: {hosts: [${name}], http: [{route: [
    {destination: {host: ${name}, subset: v1}, weight: ${weight}}, {destination: {host: ${name}, subset: v2}, weight: ${100 - weight}}]}]}}`;
}

function subsets(row: string): string {
  const [, name] = row.split('/');
  return `{kind: DestinationRule, row: ${row}, spec: {host: ${name}, subsets: [{name: v1, labels: {v: a}}, {name: v2, labels: {v: b}}]}}`;
}

function mesh(): World {
  return world([services(...names), ...names.map((row) => weighted(row, 50)), ...names.map(subsets)].join('\n---\n'));
}

/** What views hold, and what one of them is sent anew after a change. */
function follow(w: World, views: readonly string[]) {
  const { rds, vhds } = translators(w);
  const read = (view: string) => ({ rds: rds.resources(view), vhds: vhds.resources(view) });
  const watches = views.map((view) =>
    w.graph.watch(
      view,
      () => read(view),
      () => {},
    ),
  );
  const before = watches.map((watch) => watch.read());
  return {
    after: (change: () => void) => {
      w.graph.computed.clear();
      change();
      const now = watches.map((watch) => watch.read());
      return {
        rds: changedIn(before[0]!.rds, now[0]!.rds),
        vhds: changedIn(before[0]!.vhds, now[0]!.vhds),
        computed: Object.fromEntries([...w.graph.computed].filter(([name]) => /^(virtualHost|route\.)/.test(name))),
      };
    },
  };
}

/** What is new or other in `now`. */
function changedIn(old: Layers<Entry>, now: Layers<Entry>): readonly string[] {
  return [...entriesIn(now)].filter(([name, entry]) => lookupIn(old, name) !== entry).map(([name]) => name);
}

const NAMESPACES = ['ns7', 'ns1', 'ns2', 'elsewhere'].map((namespace) => fakeView({ namespace }));

test('one weight among a thousand services changes one virtual host, and no route', () => {
  const w = mesh();
  const { after } = follow(w, NAMESPACES);
  const changed = after(() => w.put(weighted('ns7/s7', 90)));
  expect(changed.rds).toEqual([]);
  expect(changed.vhds).toEqual(['80/s7.ns7.svc.cluster.local:80']);
  // One encoding for its own namespace, where its bare name is enough, and one for all others.
  expect(changed.computed).toMatchObject({ 'virtualHost.entry': 2, 'route.httpRules': 1 });
});

test('namespaces that see the same share one encoding', () => {
  const w = mesh();
  const { vhds } = translators(w);
  const [first, second] = ['ns1', 'elsewhere'].map((namespace) => vhds.resources(fakeView({ namespace })));
  const watch = w.graph.watch(
    'both',
    () => [first, second],
    () => {},
  );
  watch.read();
  const differing = changedIn(first!, second!);
  expect(differing).toHaveLength(SIZE / 10);
  expect(differing.filter((name) => !name.includes('.ns1.svc'))).toEqual([]);
  watch.stop();
});

test('endpoints, pool sizes and other metadata change no virtual host', () => {
  const w = mesh();
  const { after } = follow(w, NAMESPACES);
  const pool = subsets('ns7/s7').replace(
    'subsets:',
    'trafficPolicy: {connectionPool: {tcp: {maxConnections: 7}}}, subsets:',
  );
  const changed = after(() => w.put(pool));
  expect(changed).toMatchObject({ rds: [], vhds: [] });
  expect(changed.computed).not.toHaveProperty('virtualHost.entry');
});

test('a proxy without virtual host discovery has one new route for one new weight', () => {
  const w = mesh();
  const { after } = follow(w, [fakeView({ namespace: 'ns7', virtualHosts: 'inline' })]);
  const changed = after(() => w.put(weighted('ns7/s7', 90)));
  expect(changed).toMatchObject({ rds: ['80'], vhds: [], computed: { virtualHost: 1, 'route.inline': 1 } });
});

test('a new service is one new virtual host', () => {
  const w = mesh();
  const { after } = follow(w, NAMESPACES);
  const changed = after(() => w.put(services('ns3/new@10.9.9.9')));
  expect(changed).toMatchObject({
    rds: [],
    vhds: ['80/new.ns3.svc.cluster.local:80'],
    computed: { 'virtualHost.entry': 1 },
  });
});
