import { expect, test } from 'vitest';
import { keyOf } from '../api/index.ts';
import { entry, object, service, slice, world } from './world.fixture.ts';

const HTTP = [{ name: 'http', port: 80 }];
const WEB = [{ number: 80, name: 'http', protocol: 'HTTP' }];
const cart = service('shop/cart', { clusterIP: '10.96.0.1', ports: HTTP });
const CART = 'cart.shop.svc.cluster.local';

test('a Kubernetes Service is a service with its cluster addresses', () => {
  const { mesh } = world(
    service('shop/cart', { clusterIP: '10.96.0.1', clusterIPs: ['10.96.0.1', 'fd00::1'], ports: HTTP }),
  );
  expect(mesh.service(`shop/${CART}`)).toEqual({
    id: `shop/${CART}`,
    host: CART,
    namespace: 'shop',
    name: 'cart',
    origin: { object: '/Service/shop/cart', path: 'spec' },
    kind: 'kubernetes',
    addresses: ['10.96.0.1', 'fd00::1'],
    ports: [{ number: 80, name: 'http', protocol: 'http' }],
    resolution: 'endpoints',
    external: false,
    exportTo: 'all',
    shortNames: true,
  });
});

test.each([
  [
    { clusterIP: 'None', ports: HTTP },
    { resolution: 'passthrough', addresses: [], external: false },
  ],
  [{ ports: HTTP }, { resolution: 'endpoints', addresses: [], external: false }],
  [
    { type: 'ExternalName', externalName: 'db.example.com', ports: HTTP },
    { resolution: 'dns', addresses: [], external: true },
  ],
])('the Service %o is %o', (spec, expected) => {
  const { mesh } = world(service('shop/cart', spec));
  expect(mesh.service(`shop/${CART}`)).toMatchObject(expected);
});

test('a resolution that is not applied answers nobody, rather than letting everything out', () => {
  const { mesh } = world(entry('shop/api', { hosts: ['*.example.com'], ports: WEB, resolution: 'DYNAMIC_DNS' }));
  expect(mesh.service('shop/*.example.com')!.resolution).toBe('endpoints');
  expect(mesh.endpoints('shop/*.example.com', 80)).toEqual([]);
});

test('each host of a ServiceEntry is a service of its own', () => {
  const { mesh } = world(
    entry('shop/apis', {
      hosts: ['a.example.com', 'b.example.com'],
      addresses: ['192.0.2.0/24'],
      ports: [{ number: 443, name: 'tls', protocol: 'TLS' }],
      resolution: 'DNS',
    }),
  );
  expect(mesh.visibleHosts('any')).toEqual(['a.example.com', 'b.example.com']);
  expect(mesh.service('shop/b.example.com')).toMatchObject({
    name: 'b.example.com',
    origin: { path: 'spec.hosts[1]' },
    addresses: ['192.0.2.0/24'],
    ports: [{ number: 443, name: 'tls', protocol: 'tls' }],
    resolution: 'dns',
    external: true,
    shortNames: false,
  });
});

test('what is exported to nobody else is seen at home only, and ~ by nobody', () => {
  const spec = { hosts: ['a.example.com'], ports: WEB, resolution: 'NONE' };
  const { mesh } = world(
    service('shop/cart', { ports: HTTP }, { annotations: { 'networking.istio.io/exportTo': '.,pay' } }),
    entry('shop/hidden', { ...spec, exportTo: ['~'] }),
  );
  expect(['shop', 'pay', 'other'].map((ns) => mesh.visibleHosts(ns))).toEqual([[CART], [CART], []]);
  expect(mesh.serviceOf('pay', CART)).toBe(`shop/${CART}`);
  expect(mesh.serviceOf('other', CART)).toBeUndefined();
});

test('the mesh configuration says who sees what says nothing', () => {
  const meshConfig = object('v1', 'ConfigMap', 'istio-system/istio', {
    data: { mesh: 'defaultServiceExportTo: ["."]' },
  });
  const { mesh, drop } = world(cart, meshConfig);
  expect([mesh.visibleHosts('shop'), mesh.visibleHosts('pay')]).toEqual([[CART], []]);
  expect(mesh.service(`shop/${CART}`)!.exportTo).toEqual(['shop']);
  expect(mesh.serviceOf('pay', CART)).toBeUndefined();
  drop(meshConfig);
  expect([mesh.visibleHosts('shop'), mesh.visibleHosts('pay')]).toEqual([[CART], [CART]]);
});

test('one host in several namespaces means the own one at home, and the oldest elsewhere', () => {
  const spec = { hosts: ['api.example.com'], ports: WEB, resolution: 'NONE' };
  const { mesh } = world(
    entry('a/api', spec, { creationTimestamp: '2024-02-01T00:00:00Z' }),
    entry('b/api', spec, { creationTimestamp: '2024-01-01T00:00:00Z' }),
  );
  expect(mesh.serviceOf('a', 'api.example.com')).toBe('a/api.example.com');
  expect(mesh.serviceOf('b', 'api.example.com')).toBe('b/api.example.com');
  expect(mesh.serviceOf('c', 'api.example.com')).toBe('b/api.example.com');
});

test('a Kubernetes Service comes before a ServiceEntry that is older, and the entry is told', () => {
  const squatter = entry('evil/cart', { hosts: [CART], ports: WEB, resolution: 'NONE' });
  const { mesh } = world(
    service('shop/cart', { ports: HTTP }, { creationTimestamp: '2025-01-01T00:00:00Z' }),
    squatter,
  );
  expect(mesh.serviceOf('pay', CART)).toBe(`shop/${CART}`);
  expect(mesh.problems(keyOf(squatter))).toMatchObject([
    {
      severity: 'warning',
      code: 'duplicate-host',
      path: 'spec.hosts[0]',
      message: expect.stringContaining('Service shop/cart'),
    },
  ]);
});

test('of two entries for one host in a namespace the younger defines nothing, and is told the winner', () => {
  const spec = { hosts: ['api.example.com'], ports: WEB, resolution: 'NONE' };
  const loser = entry('shop/b', spec);
  const { mesh } = world(entry('shop/a', spec), loser);
  expect(mesh.service('shop/api.example.com')!.origin.object).toBe('networking.istio.io/ServiceEntry/shop/a');
  expect(mesh.problems(keyOf(loser))).toMatchObject([
    { severity: 'error', code: 'duplicate-host', message: expect.stringContaining('ServiceEntry shop/a') },
  ]);
});

test('a new endpoint or another port number does not touch who sees which hosts', () => {
  const w = world(cart, slice('shop/cart-1', 'cart', ['10.0.0.1'], [{ name: 'http', port: 8080 }]));
  const watch = w.graph.watch(
    'test',
    () => [w.mesh.visibleHosts('shop'), w.mesh.serviceOf('shop', CART)],
    () => {},
  );
  watch.read();
  w.graph.computed.clear();
  w.put(slice('shop/cart-1', 'cart', ['10.0.0.1', '10.0.0.2'], [{ name: 'http', port: 8080 }]));
  watch.read();
  expect([...w.graph.computed]).toEqual([]);
  w.put(service('shop/cart', { clusterIP: '10.96.0.1', ports: [{ name: 'http', port: 81 }] }));
  watch.read();
  expect([...w.graph.computed.keys()]).not.toContain('mesh.visibleHosts');
  expect([...w.graph.computed.keys()]).not.toContain('mesh.candidates');
});
