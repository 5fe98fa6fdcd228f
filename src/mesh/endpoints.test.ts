import { expect, test } from 'vitest';
import { workloadName } from './workload.ts';
import { entry, object, pod, service, slice, workloadEntry, world } from './world.fixture.ts';

const CART = 'shop/cart.shop.svc.cluster.local';
const HTTP = [{ name: 'http', port: 80, targetPort: 8080 }];
const SLICE_PORTS = [{ name: 'http', port: 8080 }];
const cart = service('shop/cart', { selector: { app: 'cart' }, ports: HTTP });
const API = { hosts: ['api.example.com'], ports: [{ number: 443, name: 'tls', protocol: 'TLS' }] };

test('a slice gives addresses, ports by name, and what the pod behind it says', () => {
  const ref = { addresses: ['10.0.0.1'], nodeName: 'n1', targetRef: { kind: 'Pod', name: 'cart-v1-abc-x' } };
  const { mesh } = world(
    cart,
    slice('shop/cart-1', 'cart', [ref, '10.0.0.2'], [{ name: 'admin', port: 9000 }, ...SLICE_PORTS]),
    object(
      'v1',
      'Node',
      'n1',
      {},
      { labels: { 'topology.kubernetes.io/region': 'r1', 'topology.kubernetes.io/zone': 'z1' } },
    ),
    pod('shop/cart-v1-abc-x', { app: 'cart', 'pod-template-hash': 'abc' }, { spec: { serviceAccountName: 'buyer' } }),
  );
  expect(mesh.endpoints(CART, 80)).toEqual([
    {
      address: '10.0.0.1',
      port: 8080,
      labels: {
        app: 'cart',
        'pod-template-hash': 'abc',
        'topology.kubernetes.io/region': 'r1',
        'topology.kubernetes.io/zone': 'z1',
      },
      locality: { region: 'r1', zone: 'z1', subZone: '' },
      weight: 1,
      health: 'healthy',
      network: '',
      serviceAccount: 'buyer',
      speaksMtls: false,
      workload: { name: 'cart-v1', namespace: 'shop' },
    },
    expect.objectContaining({ address: '10.0.0.2', labels: {}, serviceAccount: '', workload: undefined }),
  ]);
});

test('a slice address without a reference belongs to the pod that has the address', () => {
  const { mesh } = world(
    cart,
    slice('shop/cart-1', 'cart', ['10.0.0.1'], SLICE_PORTS),
    pod('shop/p', { app: 'cart', version: 'v2', 'istio-locality': 'r.z.s' }, { status: { podIP: '10.0.0.1' } }),
  );
  expect(mesh.endpoints(CART, 80)).toMatchObject([
    { labels: { version: 'v2' }, locality: { region: 'r', zone: 'z', subZone: 's' }, workload: { name: 'p' } },
  ]);
});

test.each([
  [{}, 'healthy'],
  [{ ready: true }, 'healthy'],
  [{ ready: false }, 'unhealthy'],
  [{ ready: false, serving: true, terminating: true }, 'draining'],
  [{ ready: false, serving: false, terminating: true }, undefined],
])('with conditions %o an endpoint is %s', (conditions, health) => {
  const { mesh } = world(cart, slice('shop/cart-1', 'cart', [{ addresses: ['10.0.0.1'], conditions }], SLICE_PORTS));
  expect(mesh.endpoints(CART, 80)[0]?.health).toBe(health);
});

test('a WorkloadEntry with a name is no endpoint of a list, and one where names are resolved', () => {
  const vm = workloadEntry('shop/vm', { address: 'vm.example.com', labels: { app: 'cart' } });
  const selecting = { ...API, location: 'MESH_INTERNAL', workloadSelector: { labels: { app: 'cart' } } };
  const { mesh } = world(
    cart,
    vm,
    entry('shop/static', { ...selecting, resolution: 'STATIC' }),
    entry('shop/dns', { ...selecting, hosts: ['dns.example.com'], resolution: 'DNS' }),
  );
  expect(mesh.endpoints(CART, 80)).toEqual([]);
  expect(mesh.endpoints('shop/api.example.com', 443)).toEqual([]);
  expect(mesh.endpoints('shop/dns.example.com', 443)).toMatchObject([{ address: 'vm.example.com' }]);
});

test('of two ports with one number the TCP one has the endpoints, unless UDP is asked for', () => {
  const { mesh } = world(
    service('shop/cart', {
      ports: [
        { name: 'udp', port: 53, protocol: 'UDP' },
        { name: 'tcp', port: 53 },
      ],
    }),
    slice(
      'shop/cart-1',
      'cart',
      ['10.0.0.1'],
      [
        { name: 'udp', port: 1053 },
        { name: 'tcp', port: 1054 },
      ],
    ),
  );
  expect(mesh.endpoints(CART, 53).map(({ port }) => port)).toEqual([1054]);
  expect(mesh.endpoints(CART, 53, 'udp').map(({ port }) => port)).toEqual([1053]);
});

test('who asks for UDP gets nothing of a TCP port', () => {
  const { mesh } = world(cart, slice('shop/cart-1', 'cart', ['10.0.0.1'], SLICE_PORTS));
  expect(mesh.endpoints(CART, 80, 'udp')).toEqual([]);
});

test('where no Node is known, the slice says the zone', () => {
  const { mesh } = world(cart, slice('shop/cart-1', 'cart', [{ addresses: ['10.0.0.1'], zone: 'z9' }], SLICE_PORTS));
  expect(mesh.endpoints(CART, 80)).toMatchObject([{ locality: { region: '', zone: 'z9' } }]);
});

test('pods that are not ready are served where the service wants them published', () => {
  const unready = { podIP: '10.0.0.1', conditions: [{ type: 'Ready', status: 'False' }] };
  const spec = { selector: { app: 'cart' }, ports: HTTP, publishNotReadyAddresses: true };
  const { mesh } = world(service('shop/cart', spec), pod('shop/p', { app: 'cart' }, { status: unready }));
  expect(mesh.endpoints(CART, 80)).toMatchObject([{ health: 'healthy' }]);
});

test.each([
  ['cart-v1-abc-x2', { 'pod-template-hash': 'abc' }, 'cart-v1'],
  ['db-0', { 'statefulset.kubernetes.io/pod-name': 'db-0' }, 'db'],
  ['alone-0', {}, 'alone-0'],
])('pod %s with %o belongs to workload %s', (name, labels, workload) => {
  expect(workloadName(name, labels)).toBe(workload);
});

test('an address that is no IP never becomes an endpoint of a list', () => {
  const { mesh } = world(
    cart,
    slice('shop/cart-1', 'cart', ['localhost', '10.0.0.1'], SLICE_PORTS),
    slice('shop/cart-2', 'cart', ['cart.example.com'], SLICE_PORTS, 'FQDN'),
  );
  expect(mesh.endpoints(CART, 80).map(({ address }) => address)).toEqual(['10.0.0.1']);
});

test('an Endpoints object counts only where there is no slice', () => {
  const object_ = object('v1', 'Endpoints', 'shop/cart', {
    subsets: [{ addresses: [{ ip: '10.0.0.9' }], notReadyAddresses: [{ ip: '10.0.0.8' }], ports: SLICE_PORTS }],
  });
  const { mesh, put } = world(cart, object_);
  const addresses = () => mesh.endpoints(CART, 80).map(({ address, health }) => `${address} ${health}`);
  expect(addresses()).toEqual(['10.0.0.8 unhealthy', '10.0.0.9 healthy']);
  put(service('shop/cart', { publishNotReadyAddresses: true, ports: HTTP }));
  expect(addresses()).toEqual(['10.0.0.8 healthy', '10.0.0.9 healthy']);
  put(slice('shop/cart-1', 'cart', ['10.0.0.1'], SLICE_PORTS));
  expect(addresses()).toEqual(['10.0.0.1 healthy']);
});

test('without slices the running pods that the selector selects are the endpoints', () => {
  const containers = [{ name: 'main', ports: [{ name: 'web', containerPort: 8081 }] }];
  const { mesh } = world(
    service('shop/cart', { selector: { app: 'cart' }, ports: [{ name: 'http', port: 80, targetPort: 'web' }] }),
    pod('shop/a', { app: 'cart' }, { spec: { containers }, status: { podIP: '10.0.0.1' } }),
    pod(
      'shop/b',
      { app: 'cart' },
      { spec: { containers }, status: { podIP: '10.0.0.2', conditions: [{ type: 'Ready', status: 'False' }] } },
    ),
    pod('shop/c', { app: 'cart' }, { spec: { containers }, status: { podIP: '10.0.0.3', phase: 'Succeeded' } }),
    pod('shop/d', { app: 'cart' }, { status: { podIP: '10.0.0.4' } }),
    pod('shop/e', { app: 'other' }, { spec: { containers }, status: { podIP: '10.0.0.5' } }),
    pod('pay/f', { app: 'cart' }, { spec: { containers }, status: { podIP: '10.0.0.6' } }),
  );
  expect(mesh.endpoints(CART, 80).map(({ address, port, health }) => [address, port, health])).toEqual([
    ['10.0.0.1', 8081, 'healthy'],
    ['10.0.0.2', 8081, 'unhealthy'],
  ]);
});

test('a Kubernetes Service selects WorkloadEntries too', () => {
  const { mesh } = world(
    cart,
    slice('shop/cart-1', 'cart', ['10.0.0.1'], SLICE_PORTS),
    workloadEntry('shop/vm', {
      address: '10.9.0.1',
      labels: { app: 'cart' },
      ports: { http: 9090 },
      weight: 5,
      locality: 'r/z',
    }),
    workloadEntry('shop/vm2', { address: '10.9.0.2', labels: { app: 'other' } }),
  );
  expect(mesh.endpoints(CART, 80)).toMatchObject([
    { address: '10.0.0.1', port: 8080 },
    {
      address: '10.9.0.1',
      port: 9090,
      weight: 5,
      locality: { region: 'r', zone: 'z' },
      workload: { name: 'vm', namespace: 'shop' },
    },
  ]);
});

test('an external name is its own endpoint', () => {
  const { mesh } = world(service('shop/cart', { type: 'ExternalName', externalName: 'db.example.com', ports: HTTP }));
  expect(mesh.endpoints(CART, 80)).toMatchObject([{ address: 'db.example.com', port: 80 }]);
});

test('a resolved host without endpoints is its own endpoint, at the target port', () => {
  const { mesh } = world(
    entry('shop/api', { ...API, ports: [{ number: 80, name: 'http', targetPort: 443 }], resolution: 'DNS' }),
  );
  expect(mesh.endpoints('shop/api.example.com', 80)).toMatchObject([{ address: 'api.example.com', port: 443 }]);
});

test('inline endpoints keep their order, ports, weights and sockets', () => {
  const endpoints = [
    { address: '192.0.2.2', ports: { tls: 8443 }, weight: 3, network: 'n', serviceAccount: 'sa', labels: { a: 'b' } },
    { address: '192.0.2.1' },
    { address: 'unix:///run/api.sock' },
    { address: 'not.an.ip' },
  ];
  const { mesh } = world(entry('shop/api', { ...API, resolution: 'STATIC', endpoints }));
  expect(mesh.endpoints('shop/api.example.com', 443)).toMatchObject([
    { address: '192.0.2.2', port: 8443, weight: 3, network: 'n', serviceAccount: 'sa', labels: { a: 'b' } },
    { address: '192.0.2.1', port: 443, weight: 1 },
    { address: 'unix:///run/api.sock', port: 0 },
  ]);
});

test('an entry selects workload entries and pods of its own namespace', () => {
  const { mesh } = world(
    entry('shop/api', {
      ...API,
      location: 'MESH_INTERNAL',
      resolution: 'STATIC',
      workloadSelector: { labels: { app: 'api' } },
    }),
    workloadEntry('shop/vm', { address: '10.9.0.1', ports: { tls: 9443 } }, { labels: { app: 'api' } }),
    workloadEntry('pay/vm', { address: '10.9.0.2', labels: { app: 'api' } }),
    pod('shop/p', { app: 'api' }, { status: { podIP: '10.0.0.1' } }),
  );
  expect(mesh.endpoints('shop/api.example.com', 443).map(({ address, port }) => [address, port])).toEqual([
    ['10.9.0.1', 9443],
    ['10.0.0.1', 443],
  ]);
});

test('whoever is reached at the address the client chose has no endpoints', () => {
  const { mesh } = world(entry('shop/api', { ...API, resolution: 'NONE' }));
  expect(mesh.endpoints('shop/api.example.com', 443)).toEqual([]);
});

test.each([
  [{ clusterIP: '10.96.0.1' }, ['10.0.0.1']],
  [{ clusterIPs: ['fd00::96'] }, ['fd00::1']],
  [{ clusterIPs: ['10.96.0.1', 'fd00::96'] }, ['10.0.0.1', 'fd00::1']],
  [{ clusterIP: 'None', ipFamilies: ['IPv6'] }, ['fd00::1']],
  [{}, ['10.0.0.1']],
])('a pod is listed with its addresses of the families of its service: %o', (families, addresses) => {
  const { mesh } = world(
    service('shop/cart', { selector: { app: 'cart' }, ports: HTTP, ...families }),
    pod('shop/p', { app: 'cart' }, { status: { podIPs: [{ ip: '10.0.0.1' }, { ip: 'fd00::1' }] } }),
  );
  expect(mesh.endpoints(CART, 80).map(({ address }) => address)).toEqual(addresses);
});
