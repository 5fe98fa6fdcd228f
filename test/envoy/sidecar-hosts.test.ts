import { describe, expect, onTestFinished, test } from 'vitest';
import { startTcpEcho } from '../support/echo.ts';
import { callAt, meshWithSidecar, NO_CLUSTER_ADDRESSES, service, startApplication, talk } from '../support/sidecar.ts';

const CART = service('cart', { '10.1.0.1': 'v1' });

describe.skipIf(NO_CLUSTER_ADDRESSES)('a sidecar as http_proxy', () => {
  test('reaches a service by every name that its namespace may use, and by no name of another namespace', async () => {
    await startApplication('cart', '10.1.0.1');
    const { call } = await meshWithSidecar(CART);
    const statusOf = async (host: string): Promise<unknown> => (await call(`http://${host}/`)).echoed?.service;

    const names = ['cart', 'cart:80', 'cart.shop', 'cart.shop.svc', 'cart.shop.svc.cluster.local', '10.96.0.1'];
    for (const name of names) expect(await statusOf(name), name).toBe('cart');
    const strangers = ['cart.other', 'cart:81', 'shop', 'cart.shop.svc.cluster'];
    for (const name of strangers) expect(await statusOf(name), name).toBeUndefined();
  });

  test('of another namespace, reaches it by names that say the namespace only', async () => {
    await startApplication('cart', '10.1.0.1');
    const { call } = await meshWithSidecar(CART, { namespace: 'other' });
    expect((await call('http://cart.shop/')).status).toBe(200);
    expect((await call('http://cart.shop.svc.cluster.local/')).status).toBe(200);
    expect((await call('http://cart/')).status).not.toBe(200);
  });

  test('answers 502 for a host nobody described if the mesh is REGISTRY_ONLY, and does not find it otherwise', async () => {
    await startApplication('cart', '10.1.0.1');
    const strict = await meshWithSidecar(`${CART}${meshConfig('REGISTRY_ONLY')}`);
    expect((await strict.call('http://unknown.example/')).status).toBe(502);

    // Without iptables there is no original destination to let it out to.
    await strict.served.change(() => strict.served.write('mesh.yaml', `${CART}${meshConfig('ALLOW_ANY')}`));
    expect((await strict.call('http://unknown.example/')).status).toBe(503);
    expect((await strict.call('http://cart/')).status).toBe(200);
  });

  test('starts at once in a mesh without services', async () => {
    const { envoy, call } = await meshWithSidecar(meshConfig('REGISTRY_ONLY'));
    expect((await call('http://unknown.example/')).status).toBe(502);
    expect([...(await envoy.stats('init_fetch_timeout')).values()].filter((count) => count > 0)).toEqual([]);
  });

  test('on 127.0.0.1 of its port, tells services apart by their Host', async () => {
    await startApplication('cart', '10.1.0.1');
    await startApplication('web', '10.1.0.2');
    const { envoy } = await meshWithSidecar(`${CART}${service('web', { '10.1.0.2': 'v1' }, '10.96.0.2')}`);
    await envoy.listenersReady('127.0.0.1_80');
    const door = { address: '127.0.0.1', port: 80 };
    expect((await callAt(door, 'http://cart/'))[0]!.echoed?.service).toBe('cart');
    expect((await callAt(door, 'http://web.shop.svc/'))[0]!.echoed?.service).toBe('web');
  });
});

test.skipIf(NO_CLUSTER_ADDRESSES)('a TCP service is called at its own loopback address', async () => {
  const db = await startTcpEcho({ service: 'db', address: '10.1.0.3', port: 5432 });
  onTestFinished(db.close);
  const { envoy } = await meshWithSidecar(`
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: db, namespace: shop }
spec:
  hosts: [db.shop]
  addresses: [127.20.0.1]
  ports: [{ name: tcp, number: 3306, protocol: TCP, targetPort: 5432 }]
  resolution: STATIC
  endpoints: [{ address: 10.1.0.3 }]
`);
  await envoy.listenersReady('127.20.0.1_3306');
  expect(await talk('127.20.0.1', 3306, 'ping')).toBe('db v1\nping');
});

test.skipIf(NO_CLUSTER_ADDRESSES)('what comes to the workload goes to its application on 127.0.0.1', async () => {
  await startApplication('web', '127.0.0.1');
  const { envoy } = await meshWithSidecar(service('web', { '10.1.0.9': 'v1' }), { address: '10.1.0.9' });
  await envoy.listenersReady('10.1.0.9_8080');
  const answer = await fetch('http://10.1.0.9:8080/in', { headers: { 'x-b3-sampled': '1' } });
  expect(await answer.json()).toMatchObject({ service: 'web', path: '/in', server: '127.0.0.1:8080' });
  expect(answer.headers.get('server')).toBe('istio-envoy');
});

function meshConfig(mode: string): string {
  return `---
apiVersion: v1
kind: ConfigMap
metadata: { name: istio, namespace: istio-system }
data:
  mesh: |
    outboundTrafficPolicy: { mode: ${mode} }
`;
}
