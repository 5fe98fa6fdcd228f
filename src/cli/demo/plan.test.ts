import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { readDocuments } from './documents.ts';
import { planDemo } from './plan.ts';

test('the canary example needs three services and one gateway, and has commands to try', async () => {
  const plan = planDemo(await readDocuments(join(import.meta.dirname, '../../../examples/canary')));

  expect(plan.backends).toEqual([
    { service: 'reviews', version: 'v1', address: '127.0.0.1', port: 9081 },
    { service: 'reviews', version: 'v2', address: '127.0.0.1', port: 9082 },
    { service: 'ratings', version: 'v1', address: '127.0.0.1', port: 9083 },
  ]);
  expect(plan.gateways).toEqual([
    { name: 'gateway', namespace: 'bookinfo', labels: { istio: 'ingressgateway' }, ports: [8080] },
  ]);
  expect(plan.calls[0]).toEqual({
    title: 'jason is sent to version 2',
    command: "curl -s -H 'end-user: jason' http://127.0.0.1:8080/reviews/1",
  });
});

test('an endpoint on another machine is left to that machine', () => {
  const plan = planOf(`
    kind: ServiceEntry
    spec:
      hosts: [a.example]
      ports: [{ number: 80, name: http }]
      endpoints: [{ address: 10.0.0.7 }, { address: 127.0.0.2 }]
  `);
  expect(plan.backends).toEqual([{ service: 'a', version: 'v1', address: '127.0.0.2', port: 80 }]);
});

test("an endpoint's own port counts before the service's target port, and that before the service's port", () => {
  const plan = planOf(`
    kind: ServiceEntry
    spec:
      hosts: [a.example]
      ports: [{ number: 80, name: http, targetPort: 8081 }, { number: 90, name: other }]
      endpoints: [{ address: 127.0.0.1, ports: { http: 8082 } }, { address: 127.0.0.2 }]
  `);
  expect(plan.backends.map(({ address, port }) => `${address}:${port}`)).toEqual([
    '127.0.0.1:8082',
    '127.0.0.1:90',
    '127.0.0.2:8081',
    '127.0.0.2:90',
  ]);
});

test('gateways with one selector are one proxy with all their ports; another selector is another proxy', () => {
  const gateway = (name: string, istio: string, port: number) => `
    apiVersion: networking.istio.io/v1
    kind: Gateway
    metadata: { name: ${name}, namespace: web }
    spec: { selector: { istio: ${istio} }, servers: [{ port: { number: ${port} } }] }
  `;
  const plan = planOf([gateway('a', 'in', 80), gateway('b', 'in', 81), gateway('c', 'out', 82)].join('\n---'));
  expect(plan.gateways.map(({ name, ports }) => [name, ports])).toEqual([
    ['gateway', [80, 81]],
    ['gateway-2', [82]],
  ]);
});

test('documents that make no sense make no demo, and no crash', () => {
  const plan = planOf(
    'kind: ServiceEntry\nspec: { endpoints: 7 }\n---\n[1, { call: 5 }]\n---\nnull\n---\nkind: Gateway',
  );
  expect(plan).toEqual({ backends: [], gateways: [], calls: [] });
});

function planOf(yaml: string) {
  return planDemo([...parseAllDocuments(yaml)].map((document): unknown => document.toJS()));
}
