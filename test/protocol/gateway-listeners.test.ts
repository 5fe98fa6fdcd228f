import { expect, onTestFinished, test } from 'vitest';
import { type Served, serveForTest } from '../support/served.ts';
import { type NodeSaid, TestProxy } from '../support/test-proxy.ts';
import { until } from '../support/until.ts';

const gateway = (name: string, last: number, ...ports: readonly number[]): string => `---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: ${name}, namespace: edge }
spec:
  gatewayClassName: pharos
  addresses: [{ value: 127.0.0.${last} }]
  listeners: [${ports.map((port) => `{ name: p${port}, port: ${port}, protocol: HTTP }`).join(', ')}]
`;
const udpRoute = (port: number): string => `---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: names, namespace: edge }
spec:
  gatewayClassName: pharos
  addresses: [{ value: 127.0.0.9 }]
  listeners: [{ name: udp, port: 5353, protocol: UDP }]
---
apiVersion: gateway.networking.k8s.io/v1
kind: UDPRoute
metadata: { name: dns, namespace: edge }
spec: { parentRefs: [{ name: names }], rules: [{ backendRefs: [{ name: dns, port: 53, weight: ${port} }, { name: other, port: 53 }] }] }
---
apiVersion: v1
kind: Service
metadata: { name: dns, namespace: edge }
spec: { ports: [{ name: dns, port: 53, protocol: UDP }] }
---
apiVersion: v1
kind: Service
metadata: { name: other, namespace: edge }
spec: { ports: [{ name: dns, port: 53, protocol: UDP }] }
`;
const FILES = { 'a.yaml': gateway('a', 1, 80, 8080), 'b.yaml': gateway('b', 2, 80), 'names.yaml': udpRoute(1) };

test('a new port of one Gateway is one listener for who serves them all, and nothing for the others', async () => {
  const { served, changed } = await start();
  const sent = await changed(() => served.write('b.yaml', gateway('b', 2, 80, 8081)));
  expect(sent).toEqual({ all: ['lds 127.0.0.2_8081'], ofA: [] });
});

test('a listener that goes takes nothing with it', async () => {
  const { served, changed } = await start();
  const sent = await changed(() => served.write('a.yaml', gateway('a', 1, 80)));
  expect(sent).toEqual({ all: ['lds -127.0.0.1_8080'], ofA: ['lds -127.0.0.1_8080'] });
});

test('a new weight of a UDPRoute is one list of endpoints', async () => {
  const { served, changed } = await start();
  const sent = await changed(() => served.write('names.yaml', udpRoute(3)));
  expect(sent).toEqual({ all: ['eds udp|dns.edge'], ofA: [] });
});

/** A proxy of all Gateways, and one of Gateway `a`, that have everything. */
async function start() {
  const served = await serveForTest({ files: FILES });
  const all = await proxyOf(served, 'istio-system', { 'gateway.networking.k8s.io/gateway-class-name': 'pharos' });
  const ofA = await proxyOf(served, 'edge', { 'gateway.networking.k8s.io/gateway-name': 'a' });
  all.subscribe('eds', 'udp|dns.edge');
  await until('its endpoints are there', () => all.has.get('eds')?.has('udp|dns.edge'));
  const changed = async (make: () => void) => {
    const before = [all.log.length, ofA.log.length];
    await served.change(make);
    return { all: all.log.slice(before[0]), ofA: ofA.log.slice(before[1]) };
  };
  return { served, changed };
}

async function proxyOf(
  served: Served,
  namespace: string,
  LABELS: Readonly<Record<string, string>>,
): Promise<TestProxy> {
  const id = `router~127.0.0.1~gateway.${namespace}~${namespace}.svc.cluster.local`;
  const node = { id, metadata: { NAMESPACE: namespace, LABELS } } as NodeSaid;
  const proxy = new TestProxy(`127.0.0.1:${served.port}`, 'delta', node);
  onTestFinished(() => proxy.close());
  for (const type of ['cds', 'lds'] as const) proxy.subscribe(type);
  await until(
    'its ports are there',
    () => (proxy.has.get('cds')?.size ?? 0) > 0 && (proxy.has.get('lds')?.size ?? 0) > 0,
  );
  return proxy;
}
