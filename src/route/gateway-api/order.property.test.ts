import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RawObject } from '../../api/index.ts';
import type { RouteKind } from './gateway-api.ts';
import { gateway, kubernetes, listener, listenerSet, route, routeKey, type World, world } from './world.fixture.ts';

const NAMESPACES = ['infra', 'shop'];
const HOSTS = [undefined, 'a.example', '*.example', 'b.a.example', '*.a.example'];
const ROUTES: readonly RouteKind[] = ['HTTPRoute', 'GRPCRoute', 'TCPRoute', 'UDPRoute'];

const created = fc.constantFrom(undefined, '2024-01-01T00:00:00Z', '2024-01-02T00:00:00Z');
const row = fc.tuple(fc.constantFrom(...NAMESPACES), fc.constantFrom('a', 'b', 'c')).map((parts) => parts.join('/'));
const listeners = fc.uniqueArray(
  fc.record({
    protocol: fc.constantFrom('HTTP', 'TCP', 'UDP', 'SCTP'),
    port: fc.constantFrom(80, 81),
    hostname: fc.constantFrom(...HOSTS),
  }),
  // What the API server would refuse is not asked about.
  {
    minLength: 1,
    maxLength: 4,
    selector: ({ protocol, port, hostname }) => `${protocol} ${port} ${protocol === 'HTTP' ? hostname : ''}`,
  },
);

const body = listeners.map((some) =>
  some.map(({ protocol, port, hostname }, i) =>
    listener(`l${i}`, protocol, port, {
      ...(hostname && protocol === 'HTTP' && { hostname }),
      allowedRoutes: { namespaces: { from: i % 2 === 0 ? 'All' : 'Same' } },
    }),
  ),
);

const anyObject: fc.Arbitrary<RawObject> = fc.oneof(
  fc
    .tuple(
      row,
      body,
      created,
      fc.constantFrom('All', 'Same', 'None'),
      fc.constantFrom([], [{ value: '10.0.0.1' }], [{}]),
    )
    .map(([name, some, at, from, addresses]) =>
      gateway(name, some, { addresses, allowedListeners: { namespaces: { from } } }, at),
    ),
  fc.tuple(row, row, body, created).map(([name, parent, some, at]) => listenerSet(name, parent, some, at)),
  fc
    .tuple(
      fc.constantFrom(...ROUTES),
      row,
      row,
      created,
      fc.constantFrom('Gateway', 'ListenerSet'),
      fc.constantFrom(...HOSTS),
    )
    .map(([kind, name, parent, at, parentKind, hostname]) => {
      const [namespace, parentName] = parent.split('/');
      const hostnames = kind.startsWith('T') || kind.startsWith('U') || !hostname ? {} : { hostnames: [hostname] };
      return route(kind, name, [{ kind: parentKind, namespace, name: parentName }], hostnames, at);
    }),
  row.map((name) =>
    kubernetes('ReferenceGrant', name, {
      from: [{ group: '', kind: 'X', namespace: 'infra' }],
      to: [{ group: '', kind: 'Secret' }],
    }),
  ),
);

const objects = fc.uniqueArray(anyObject, {
  maxLength: 14,
  selector: ({ kind, metadata }) => `${kind} ${metadata.namespace}/${metadata.name}`,
});
const OPTIONS = { addressPool: '10.0.0.0/29' };

/** All that is decided. */
function decided({ api }: World): unknown {
  const rows = NAMESPACES.flatMap((namespace) => ['a', 'b', 'c'].map((name) => `${namespace}/${name}`));
  return {
    gateways: api.gateways().map((one) => [api.gateway(one), api.listeners(one)]),
    sets: rows.map(api.listenerSet),
    routes: ROUTES.flatMap((kind) => rows.map((one) => api.attachments(routeKey(kind, one)))),
    attached: api.gateways().flatMap((one) => api.listeners(one).map(({ id }) => api.attached(id))),
    served: api.servedBy('istio-system', { 'gateway.networking.k8s.io/gateway-class-name': 'pharos' }),
  };
}

test('the order in which objects come changes nothing', () => {
  fc.assert(
    fc.property(objects, fc.infiniteStream(fc.nat()), (some, dice) => {
      const shuffled = some.map((one) => ({ one, at: dice.next().value })).sort((a, b) => a.at - b.at);
      const late = world([], OPTIONS);
      const watch = late.keep(() => decided(late));
      for (const { one } of shuffled) {
        late.put(one);
        watch.read();
      }
      expect(watch.read()).toEqual(decided(world(some, OPTIONS)));
    }),
    { numRuns: 300 },
  );
});

test('objects that come and go leave nothing behind', () => {
  fc.assert(
    fc.property(objects, objects, (some, others) => {
      const names = new Set(some.map(({ kind, metadata }) => `${kind} ${metadata.namespace}/${metadata.name}`));
      const guests = others.filter(
        ({ kind, metadata }) => !names.has(`${kind} ${metadata.namespace}/${metadata.name}`),
      );
      const it = world(some, OPTIONS);
      const watch = it.keep(() => decided(it));
      const before = watch.read();
      it.put(...guests);
      watch.read();
      it.drop(...guests);
      expect(watch.read()).toEqual(before);
    }),
    { numRuns: 200 },
  );
});

test('who is attached is told alike by the route and by the listener', () => {
  fc.assert(
    fc.property(objects, (some) => {
      const { api } = world(some, OPTIONS);
      const rows = NAMESPACES.flatMap((namespace) => ['a', 'b', 'c'].map((name) => `${namespace}/${name}`));
      const byRoute = ROUTES.flatMap((kind) =>
        rows.flatMap((one) => {
          const key = routeKey(kind, one);
          return api.attachments(key).flatMap((found) => found.listeners.map(({ id }) => `${id} ${key}`));
        }),
      );
      const byListener = api
        .gateways()
        .flatMap((one) =>
          api.listeners(one).flatMap(({ id }) => api.attached(id).map(({ route: key }) => `${id} ${key}`)),
        );
      expect(byListener.sort()).toEqual(byRoute.sort());
    }),
    { numRuns: 300 },
  );
});
