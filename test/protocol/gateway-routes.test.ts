import { expect, test } from 'vitest';
import { serveForTest } from '../support/served.ts';
import { TestProxy } from '../support/test-proxy.ts';
import { until } from '../support/until.ts';

const ROUTES = 1_000;
const EDGE = 'http.8080.127.0.0.1';

test('of 1,000 HTTPRoutes one that changes is one virtual host, one that comes is one more, and of others nothing is said', async () => {
  const files = Object.fromEntries(Array.from({ length: ROUTES }, (_, i) => [`route-${i}.yaml`, route(i, '/')]));
  const { port, write, remove, change } = await serveForTest({ files: { 'gateways.yaml': GATEWAYS, ...files } });
  const edge = await connect(port, 'edge', EDGE);
  const quiet = await connect(port, 'quiet', 'http.8080.127.0.0.2');
  const before = quiet.log.length;

  await change(() => write('route-7.yaml', route(7, '/other')));
  expect(await edge.upTo(`vhds ${EDGE}/h7.example.com:8080`)).toEqual([`vhds ${EDGE}/h7.example.com:8080`]);

  await change(() => write('new.yaml', route(ROUTES, '/')));
  const added = `vhds ${EDGE}/h${ROUTES}.example.com:8080`;
  expect(await edge.upTo(added)).toEqual([added]);

  await change(() => remove('new.yaml'));
  const removed = `vhds -${EDGE}/h${ROUTES}.example.com:8080`;
  expect(await edge.upTo(removed)).toEqual([removed]);
  expect(quiet.log.slice(before)).toEqual([]);
});

/** A proxy of a Gateway that has all it can have. */
async function connect(port: number, gateway: string, routes: string): Promise<TestProxy> {
  const proxy = new TestProxy(`127.0.0.1:${port}`, 'delta', {
    id: `router~127.0.0.1~${gateway}-1.edge~edge.svc.cluster.local`,
    cluster: gateway,
    metadata: { LABELS: { 'gateway.networking.k8s.io/gateway-name': gateway } },
    userAgentName: 'envoy',
  });
  proxy.subscribe('cds');
  proxy.subscribe('lds');
  await proxy.upTo(`lds ${gateway === 'edge' ? '127.0.0.1' : '127.0.0.2'}_8080`);
  proxy.subscribe('rds', routes);
  await proxy.upTo(`rds ${routes}`);
  proxy.subscribe('vhds');
  await proxy.upTo(await until('its virtual hosts', () => proxy.log.find((line) => line.startsWith('vhds'))));
  return proxy;
}

const GATEWAYS = ['edge', 'quiet']
  .map(
    (name, i) => `apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: ${name}, namespace: edge }
spec:
  gatewayClassName: pharos
  addresses: [{ type: IPAddress, value: 127.0.0.${i + 1} }]
  listeners: [{ name: http, port: 8080, protocol: HTTP }]
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: of-${name}, namespace: edge }
spec:
  parentRefs: [{ name: ${name} }]
  hostnames: [${name}.example.com]
  rules: [{ backendRefs: [{ name: cart, port: 80 }] }]
`,
  )
  .concat(
    'apiVersion: v1\nkind: Service\nmetadata: { name: cart, namespace: edge }\nspec: { ports: [{ name: http, port: 80 }] }\n',
  )
  .join('---\n');

function route(i: number, path: string): string {
  return `apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: r${i}, namespace: edge }
spec:
  parentRefs: [{ name: edge }]
  hostnames: [h${i}.example.com]
  rules: [{ matches: [{ path: { value: ${path} } }], backendRefs: [{ name: cart, port: 80 }] }]
`;
}
