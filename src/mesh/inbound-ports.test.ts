import { expect, test } from 'vitest';
import { entry, object, pod, service, slice, workloadEntry, world } from './world.fixture.ts';

const CART = { app: 'cart' };

test('a workload serves the target ports of the services that select it', () => {
  const { mesh } = world(
    service('shop/cart', {
      selector: CART,
      ports: [
        { name: 'http', port: 80, targetPort: 8080 },
        { name: 'grpc', port: 7000 },
        { name: 'dns', port: 53, protocol: 'UDP' },
      ],
    }),
    service('shop/other', { selector: { app: 'other' }, ports: [{ name: 'http', port: 81 }] }),
    service('pay/cart', { selector: CART, ports: [{ name: 'http', port: 82 }] }),
    service('shop/nobody', { ports: [{ name: 'http', port: 83 }] }),
  );
  const id = 'shop/cart.shop.svc.cluster.local';
  expect(mesh.inboundPorts('shop', { app: 'cart', version: 'v1' }, [])).toEqual([
    { targetPort: 7000, protocol: 'grpc', services: [{ id, port: 7000 }] },
    { targetPort: 8080, protocol: 'http', services: [{ id, port: 80 }] },
  ]);
});

test('the oldest service of a port comes first and says its protocol', () => {
  const ports = (name: string, port: number) => [{ name, port, targetPort: 8080 }];
  const { mesh } = world(
    service('shop/a', { selector: CART, ports: ports('tcp', 70) }, { creationTimestamp: '2024-02-01T00:00:00Z' }),
    service('shop/b', { selector: CART, ports: ports('http', 80) }, { creationTimestamp: '2024-01-01T00:00:00Z' }),
  );
  expect(mesh.inboundPorts('shop', CART, [])).toEqual([
    {
      targetPort: 8080,
      protocol: 'http',
      services: [
        { id: 'shop/b.shop.svc.cluster.local', port: 80 },
        { id: 'shop/a.shop.svc.cluster.local', port: 70 },
      ],
    },
  ]);
});

test('a named target port is what the pod of the address says, else a pod of these labels, else a slice', () => {
  const named = (containerPort: number) => ({
    spec: { containers: [{ name: 'main', ports: [{ name: 'web', containerPort }] }] },
  });
  const first = pod('shop/a', CART, { ...named(1001), status: { podIP: '10.0.0.1' } });
  const second = pod('shop/b', CART, { ...named(1002), status: { podIP: '10.0.0.2' } });
  const listed = slice('shop/cart-1', 'cart', [], [{ name: 'http', port: 1003 }]);
  const { mesh, drop } = world(
    service('shop/cart', { selector: CART, ports: [{ name: 'http', port: 80, targetPort: 'web' }] }),
    first,
    second,
    listed,
  );
  const ports = (addresses: string[]) => mesh.inboundPorts('shop', CART, addresses).map((port) => port.targetPort);
  expect(ports(['10.0.0.2'])).toEqual([1002]);
  expect(ports([])).toEqual([1001]);
  drop(first, second);
  expect(ports([])).toEqual([1003]);
  drop(listed);
  expect(ports([])).toEqual([]);
});

test('who is listed by address serves what the list says, in his own namespace only', () => {
  const { mesh } = world(
    service('shop/cart', { ports: [{ name: 'http', port: 80, targetPort: 1 }] }),
    slice('shop/cart-1', 'cart', ['10.0.0.1'], [{ name: 'http', port: 8080 }]),
    service('shop/db', { ports: [{ port: 3306 }] }),
    object('v1', 'Endpoints', 'shop/db', { subsets: [{ addresses: [{ ip: '10.0.0.1' }], ports: [{ port: 3307 }] }] }),
  );
  expect(mesh.inboundPorts('shop', {}, ['10.0.0.1']).map(({ targetPort }) => targetPort)).toEqual([3307, 8080]);
  expect(mesh.inboundPorts('pay', {}, ['10.0.0.1'])).toEqual([]);
});

test('a ServiceEntry leads to whom it selects and to whom it lists', () => {
  const port = { number: 443, name: 'tls', protocol: 'TLS', targetPort: 8443 };
  const spec = { ports: [port], location: 'MESH_INTERNAL', resolution: 'STATIC' };
  const { mesh } = world(
    entry('shop/selecting', { ...spec, hosts: ['a.example.com'], workloadSelector: { labels: CART } }),
    entry('shop/listing', {
      ...spec,
      hosts: ['b.example.com'],
      endpoints: [{ address: '10.0.0.1', ports: { tls: 9443 } }],
    }),
    workloadEntry('shop/vm', { address: '10.0.0.2', labels: CART, ports: { tls: 7443 } }),
  );
  const ways = (addresses: string[]) =>
    mesh.inboundPorts('shop', CART, addresses).map(({ targetPort, services }) => [targetPort, services[0]!.id]);
  expect(ways(['10.0.0.1'])).toEqual([
    [8443, 'shop/a.example.com'],
    [9443, 'shop/b.example.com'],
  ]);
  expect(ways(['10.0.0.2'])).toEqual([[7443, 'shop/a.example.com']]);
});

test('a ServiceEntry of another namespace, or one that lost its host, leads nowhere', () => {
  const ports = [{ number: 80, name: 'http', protocol: 'HTTP' }];
  const spec = { hosts: ['a.example.com'], ports, resolution: 'STATIC', endpoints: [{ address: '10.0.0.1' }] };
  const first = entry('shop/a', { ...spec, endpoints: [{ address: '10.0.0.9' }] });
  const { mesh, drop } = world(first, entry('shop/b', spec));
  expect(mesh.inboundPorts('shop', {}, ['10.0.0.1'])).toEqual([]);
  drop(first);
  expect(mesh.inboundPorts('shop', {}, ['10.0.0.1'])).toHaveLength(1);
  expect(mesh.inboundPorts('pay', {}, ['10.0.0.1'])).toEqual([]);
});

test('selectors say which label keys matter, and hand-written addresses which addresses do', () => {
  const spec = { ports: [{ number: 80, name: 'http', protocol: 'HTTP' }], resolution: 'STATIC' };
  const listed = { addresses: ['10.0.0.1'], targetRef: { kind: 'Pod', name: 'p' } };
  const { mesh } = world(
    service('shop/cart', { selector: { app: 'cart', tier: 'web' }, ports: [] }),
    entry('pay/a', { ...spec, hosts: ['a.example.com'], workloadSelector: { labels: { zone: 'x' } } }),
    entry('pay/b', { ...spec, hosts: ['b.example.com'], endpoints: [{ address: '10.0.0.3' }] }),
    slice('shop/cart-1', 'cart', [listed, '10.0.0.2'], []),
  );
  expect(mesh.selectorKeys()).toEqual(['app', 'tier', 'zone']);
  const named = ['10.0.0.1', '10.0.0.2', '10.0.0.3'].map((address) => mesh.isNamedAddress(address));
  expect(named).toEqual([false, true, true]);
});
