import fc from 'fast-check';
import { expect, test } from 'vitest';
import { entriesOf, sharesOf } from '../../src/lib/shares.ts';
import {
  decodeDeltaDiscoveryResponse,
  decodeDiscoveryResponse,
  type Entry,
  type ReceivedResponse,
  type XdsType,
} from '../../src/proto/index.ts';
import { createBudget, type Protocol, Stream } from '../../src/xds/index.ts';
import { resource } from '../support/resources.ts';

/**
 * A listener `a.b` is served by the route configuration `a.b`, which goes to the clusters `a` and `b`; each has endpoints.
 * Whatever happens, no listener of a proxy may ever go to a cluster that the proxy does not have at that moment.
 */
const CLUSTERS = ['a', 'b', 'c', 'd'];
const listener = fc.tuple(fc.constantFrom(...CLUSTERS), fc.constantFrom(...CLUSTERS)).map((pair) => pair.join('.'));
const mesh = fc.uniqueArray(listener, { maxLength: 4 });
const step = fc.oneof(
  fc.record({ do: fc.constant('change' as const), listeners: mesh, revision: fc.nat(2) }),
  fc.record({ do: fc.constant('read' as const) }),
  fc.record({ do: fc.constant('read' as const) }),
);

for (const protocol of ['sotw', 'delta'] as const) {
  test(`a ${protocol} proxy never has a listener whose cluster is missing, and loses what nobody refers to`, () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => play(protocol, steps)),
      { numRuns: 500 },
    );
  });
}

type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;
const TYPES = ['cds', 'lds', 'rds'] as const;

function play(protocol: Protocol, steps: readonly Step[]): void {
  const has = { cds: new Set<string>(), lds: new Set<string>(), rds: new Set<string>() };
  const inbox: (ReceivedResponse & { readonly type: (typeof TYPES)[number] })[] = [];
  const nonces = new Map<XdsType, string>();
  let sets = setsOf([], 0);
  const stream = new Stream({
    protocol,
    wire: {
      send(bytes, written) {
        const response = protocol === 'delta' ? decodeDeltaDiscoveryResponse(bytes) : decodeDiscoveryResponse(bytes);
        inbox.push({ ...response, type: TYPES.find((type) => response.typeUrl.endsWith(ENDING[type]))! });
        written();
      },
    },
    sets: { read: (type) => sets.get(type)! },
    budget: createBudget({ limitBytes: 1e6, clock: () => 0 }),
    turns: { add: (job) => job(), waiting: 0 },
    clock: () => 0,
    onEvent: () => {},
    resendEndpointsOfChangedClusters: true,
  });

  for (const type of TYPES) ask(type, '');
  for (const one of steps) {
    if (one.do === 'read') read();
    else change(one.listeners, one.revision);
  }
  while (inbox.length > 0) read();
  expect([...has.cds].sort()).toEqual([...entriesOf(sets.get('cds')![0]!)].map(([name]) => name).sort());
  expect([...has.lds].sort()).toEqual([...entriesOf(sets.get('lds')![0]!)].map(([name]) => name).sort());

  function change(listeners: readonly string[], revision: number): void {
    sets = setsOf(listeners, revision);
    stream.wake(0);
  }

  function ask(type: XdsType, nonce: string, more: { readonly subscribe?: readonly string[] } = {}): void {
    const names = type === 'rds' ? [...has.lds] : [];
    if (protocol === 'sotw') return stream.onSotw({ type, names, version: '', nonce, error: undefined });
    const subscribe = more.subscribe ?? (nonce === '' && type !== 'rds' ? [] : []);
    stream.onDelta({ type, subscribe, unsubscribe: [], initialVersions: new Map(), nonce, error: undefined });
  }

  function read(): void {
    const response = inbox.shift();
    if (!response) return;
    const { type } = response;
    const names = response.resources.map(({ name }) => name);
    const added = names.filter((name) => !has[type].has(name));
    if (protocol === 'sotw' && type !== 'rds') has[type].clear();
    for (const name of names) has[type].add(name);
    for (const name of response.removed) has[type].delete(name);
    nonces.set(type, response.nonce);
    const missing = [...has.lds].flatMap((name) => name.split('.')).filter((cluster) => !has.cds.has(cluster));
    expect(missing).toEqual([]);
    // Like Envoy: what a listener needs is asked for before the listener is acknowledged.
    if (type === 'lds' && added.length > 0)
      ask('rds', protocol === 'sotw' ? (nonces.get('rds') ?? '') : '', { subscribe: added });
    ask(type, response.nonce);
  }
}

const ENDING = { cds: '.Cluster', lds: '.Listener', rds: '.RouteConfiguration' };

function setsOf(listeners: readonly string[], revision: number) {
  const clusters = new Set(listeners.flatMap((name) => name.split('.')));
  const layer = (type: XdsType, names: Iterable<string>) =>
    [sharesOf<Entry>([...names].map((name) => [name, resource(type, name, revision)]))] as const;
  return new Map([
    ['cds' as XdsType, layer('cds', clusters)],
    ['lds', layer('lds', listeners)],
    ['rds', layer('rds', listeners)],
  ]);
}
