import { expect, test } from 'vitest';
import { Graph } from '../graph/index.ts';
import type { Layers } from '../lib/layers.ts';
import { difference } from '../lib/shares.ts';
import type { MtlsMode } from '../policy/index.ts';
import { fakePolicies } from '../policy/testing.ts';
import type { Entry } from '../proto/index.ts';
import type { Routing } from '../route/index.ts';
import type { ViewId } from '../view/index.ts';
import { NO_GATEWAY_API } from './fake-gateway-api.ts';
import { fakeEndpoint, fakeMesh, fakeService } from './fake-mesh.ts';
import { fakeView, fakeViews } from './fake-views.ts';
import { createTranslators, createWorkloadSecrets } from './index.ts';

const CART = 'outbound|80||cart.shop.svc.cluster.local';
const SECURE = { secrets: 'ads', serviceAccount: 'cart' } as const;

/** Services cart and pay, with an endpoint each, of namespaces shop and bank; modes by namespace. */
function setUp() {
  const graph = new Graph();
  const { mesh, services, endpoints, inbound } = fakeMesh(graph);
  const modes = graph.table<MtlsMode>('modes');
  const policies = fakePolicies(graph, { mtlsMode: (namespace) => modes.get(namespace) ?? 'permissive' });
  const nothing = {
    serversFor: () => [],
    routesFor: () => undefined,
    tcpRoutes: () => [],
    routedPort: () => undefined,
    virtualHosts: () => [],
  };
  const more = { clientLabelKeys: () => [], ownHosts: () => [], gatewayApi: NO_GATEWAY_API };
  const routing = { ...nothing, ...more } as unknown as Routing;
  const views = fakeViews(graph);
  const { cds, eds, lds } = createTranslators(graph, mesh, routing, policies, views, createWorkloadSecrets(graph));
  const instance = (address: string, namespace: string, serviceAccount: string) =>
    fakeEndpoint(address, { speaksMtls: true, serviceAccount, workload: { name: 'w', namespace } });
  for (const [name, namespace] of [
    ['cart', 'shop'],
    ['pay', 'bank'],
  ] as const) {
    const service = fakeService(name);
    services.set(service.id, service);
    endpoints.set(`${service.id}:80`, [instance('10.0.0.1', namespace, name)]);
    inbound.set(name, [{ targetPort: 8080, protocol: 'http', services: [{ id: service.id, port: 80 }] }]);
  }
  /** What a change makes other, of what a view has of a type. */
  const watch = (type: 'cds' | 'eds' | 'lds', view: ViewId) => {
    const translator = { cds, eds, lds }[type];
    const watched = graph.watch(
      `${type} ${view}`,
      () => translator.resources(view),
      () => {},
    );
    let had: Layers<Entry> = watched.read();
    return (): readonly string[] => {
      const has = watched.read();
      const names = has.flatMap((layer, i) => difference(had[i], layer).changed.map(({ name }) => name)).sort();
      had = has;
      return names;
    };
  };
  return { modes, endpoints, instance, watch };
}

test('a mode that becomes strict changes the listener of its workloads, and nothing that clients have', () => {
  const { modes, watch } = setUp();
  const own = watch('lds', fakeView(SECURE));
  const others = watch('lds', fakeView({ ...SECURE, namespace: 'bank', labels: { app: 'pay' } }));
  const client = (['cds', 'eds'] as const).map((type) => watch(type, fakeView({ ...SECURE, namespace: 'web' })));
  modes.set('shop', 'strict');
  expect([own(), others(), ...client.map((changed) => changed())]).toEqual([['virtualInbound'], [], [], []]);
});

test('mTLS that is switched off changes the endpoints of that namespace, and no cluster', () => {
  const { modes, watch } = setUp();
  const [clusters, endpoints] = (['cds', 'eds'] as const).map((type) => watch(type, fakeView(SECURE)));
  modes.set('shop', 'disable');
  expect([clusters!(), endpoints!()]).toEqual([[], [CART]]);
  modes.set('shop', 'strict');
  expect([clusters!(), endpoints!()]).toEqual([[], [CART]]);
});

test('a further endpoint of a known account changes no cluster; of a new one that of its service, for clients that look', () => {
  const { endpoints, instance, watch } = setUp();
  const secure = watch('cds', fakeView(SECURE));
  const plain = watch('cds', fakeView());
  const id = 'shop/cart.shop.svc.cluster.local:80';
  const one = instance('10.0.0.1', 'shop', 'cart');
  endpoints.set(id, [one, instance('10.0.0.2', 'shop', 'cart')]);
  expect([secure(), plain()]).toEqual([[], []]);
  endpoints.set(id, [one, instance('10.0.0.2', 'shop', 'other')]);
  expect([secure(), plain()]).toEqual([[CART], []]);
});
