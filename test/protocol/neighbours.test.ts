import { expect, test } from 'vitest';
import type { ReceivedResponse, XdsType } from '../../src/proto/index.ts';
import { serveForTest } from '../support/served.ts';
import { TestProxy } from '../support/test-proxy.ts';
import { until } from '../support/until.ts';

const SERVICES = 150;

test('sidecars are sent the clusters that all of them have in the same bytes, and their own after them', async () => {
  const { port } = await serveForTest({ files: { 'shop.yaml': SHOP } });
  const one = await firstAndSecond(port, '10.0.0.0', 'cds', 'inbound|1000||');
  const other = await firstAndSecond(port, '10.0.0.1', 'cds', 'inbound|1001||');
  expect(one.first.length).toBe(SERVICES);
  expect(other.first).toEqual(one.first);
  expect(other.second.map(({ name }) => name)).toContain('inbound|1001||');
});

test('sidecars are sent the listeners that all of them have in the same bytes, and their own after them', async () => {
  const { port } = await serveForTest({ files: { 'shop.yaml': SHOP } });
  const one = await firstAndSecond(port, '10.0.0.0', 'lds', 'virtualInbound');
  const other = await firstAndSecond(port, '10.0.0.1', 'lds', 'virtualInbound');
  expect(one.first.length).toBe(SERVICES);
  expect(other.first).toEqual(one.first);
  expect(other.second.find(({ name }) => name === 'virtualInbound')).not.toEqual(
    one.second.find(({ name }) => name === 'virtualInbound'),
  );
});

/** The first two responses to a sidecar, when it has what is its own. */
async function firstAndSecond(
  port: number,
  address: string,
  type: XdsType,
  own: string,
): Promise<Record<'first' | 'second', ReceivedResponse['resources']>> {
  const proxy = new TestProxy(`127.0.0.1:${port}`, 'delta', `sidecar~${address}~w.shop~shop.svc.cluster.local`);
  proxy.subscribe(type);
  await until(`it has ${own}`, () => proxy.has.get(type)?.has(own));
  const [first, second] = proxy.responses;
  return { first: first!.resources, second: second?.resources ?? [] };
}

/** Services with a port each, and a workload each that nobody else serves. */
const SHOP = Array.from(
  { length: SERVICES },
  (_, i) => `apiVersion: v1
kind: Service
metadata: { name: s${i}, namespace: shop }
spec:
  clusterIP: 10.1.0.${i}
  ports: [{ name: http, port: ${1000 + i} }]
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: s${i}-a, namespace: shop, labels: { kubernetes.io/service-name: s${i} } }
addressType: IPv4
ports: [{ name: http, port: ${1000 + i} }]
endpoints: [{ addresses: [10.0.0.${i}] }]
`,
).join('---\n');
