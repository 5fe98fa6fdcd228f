import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { callsIn, curlOf } from './calls.ts';
import { readDocuments } from './documents.ts';
import { needsIdentities, planDemo } from './plan.ts';

test('the canary example needs three services and one gateway, and has commands to try', async () => {
  const plan = planDemo(await readDocuments(join(import.meta.dirname, '../../../examples/canary')));

  expect(plan.backends).toEqual([
    { service: 'reviews', version: 'v1', address: '127.0.0.1', port: 9081 },
    { service: 'reviews', version: 'v2', address: '127.0.0.1', port: 9082 },
    { service: 'ratings', version: 'v1', address: '127.0.0.1', port: 9083 },
  ]);
  expect(plan.gateways).toEqual([
    { name: 'gateway', namespace: 'bookinfo', labels: { istio: 'ingressgateway' }, ports: [8080], tlsPorts: [] },
  ]);
  expect(plan.sidecars).toEqual([]);
  expect(needsIdentities(plan)).toBe(false);
  expect(plan.calls[0]?.title).toBe('jason is sent to version 2');
  expect(curlOf(plan.calls[0]!, { proxy: undefined, cacert: undefined })).toBe(
    "curl -s -H 'end-user: jason' http://127.0.0.1:8080/reviews/1",
  );
});

test('the mTLS example needs a program behind each of two sidecars, and a gateway that is its Pod', async () => {
  const plan = planDemo(await readDocuments(join(import.meta.dirname, '../../../examples/mtls')));

  expect(plan.sidecars.map(({ name, serviceAccount, address }) => [name, serviceAccount, address])).toEqual([
    ['web-1', 'web', '127.0.0.11'],
    ['orders-1', 'orders', '127.0.0.12'],
  ]);
  expect(plan.backends).toEqual([
    expect.objectContaining({ pod: 'web-1', address: '127.0.0.1', port: 9091, forwards: [expect.any(String)] }),
    expect.objectContaining({ pod: 'orders-1', address: '127.0.0.1', port: 9092, forwards: [] }),
  ]);
  expect(plan.gateways).toEqual([
    expect.objectContaining({ name: 'gateway', namespace: 'edge', serviceAccount: 'gateway', tlsPorts: [8443] }),
  ]);
  expect(needsIdentities(plan)).toBe(true);
});

test('a Pod without a sidecar listens on its own address, and proves nothing', () => {
  const plan = planOf(`
    kind: Pod
    metadata: { name: a, labels: { app: a } }
    spec: { containers: [{ ports: [{ containerPort: 80 }] }] }
    status: { podIP: 127.0.0.9 }
  `);
  expect(plan.backends).toEqual([expect.objectContaining({ service: 'a', address: '127.0.0.9', port: 80 })]);
  expect(plan.sidecars).toEqual([]);
});

test('a call is one line of curl: by the sidecar that it is from, and believing ca.pem where it is secure', () => {
  const [call] = callsIn([{ call: 'POST https://localhost:8443/a?b=c', expect: { status: 'closed' } }]);
  expect(curlOf(call!, { proxy: 'http://127.0.0.1:15080', cacert: "it's/ca.pem" })).toBe(
    `curl -sS --cacert 'it'\\''s/ca.pem' -x http://127.0.0.1:15080 -X POST 'https://localhost:8443/a?b=c'`,
  );
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
  expect(plan).toEqual({ backends: [], gateways: [], sidecars: [], calls: [] });
});

function planOf(yaml: string) {
  return planDemo([...parseAllDocuments(yaml)].map((document): unknown => document.toJS()));
}
