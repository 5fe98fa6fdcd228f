import { expect, test } from 'vitest';
import { type Echo, startEcho } from '../support/echo.ts';
import { envoyForTest, testBootstrap } from '../support/envoy.ts';
import { startLoad } from '../support/load.ts';
import { freePort } from '../support/loopback.ts';
import { type Served, serveForTest } from '../support/served.ts';
import { until } from '../support/until.ts';

const EDITS = 100;
/** A tenth of a second, at 200 a second. */
const ANSWERS_BETWEEN = 20;

/** A sidecar without interception opens the ports of services; connections of this machine start above 32767. */
const SERVICE_PORT = 10_000 + (process.pid % 20_000);

/** What the directory says, as a user would keep it in mind. */
interface Mesh {
  /** Weight of v1, of 100; the rest is the other subset's. */
  weight: number;
  other: 'v2' | 'v3';
  /** Which of the two programs of each version are endpoints. */
  readonly endpoints: { v1: number; v2: number; v3: number };
  ports: number;
  services: number;
  maxConnections: number;
  retries: number;
}

test(`${EDITS} edits under load fail no request`, async () => {
  const echoes = await startEchoes();
  const ports = { gateway: await freePort(), service: SERVICE_PORT, proxy: await freePort() };
  const mesh: Mesh = {
    weight: 90,
    other: 'v2',
    endpoints: { v1: 0, v2: 0, v3: 0 },
    ports: 1,
    services: 0,
    maxConnections: 1000,
    retries: 2,
  };
  const served = await serveForTest({ files: { 'mesh.yaml': yaml(mesh, echoes, ports) } });
  const gateway = await envoyForTest({ bootstrap: bootstrapOf('router', served.port, ports.proxy) });
  const sidecar = await envoyForTest({ bootstrap: bootstrapOf('sidecar', served.port, ports.proxy) });
  await Promise.all([gateway.ready(), sidecar.ready()]);

  let edit = 'before the first edit';
  const load = startLoad({
    perSecond: 200,
    doing: () => edit,
    targets: [
      { port: ports.gateway, host: 'web.example', path: '/x' },
      { port: ports.proxy, host: `web.shop:${ports.service}`, path: `http://web.shop:${ports.service}/x` },
    ],
  });
  for (let i = 0; i < EDITS; i++) {
    edit = `edit ${i}: ${nextEdit(mesh, i)}`;
    await change(served, yaml(mesh, echoes, ports));
    const enough = load.answered() + ANSWERS_BETWEEN;
    await until('requests are answered in between', () => load.answered() + load.failures().length >= enough);
  }
  await load.stop();

  expect(load.failures()).toEqual([]);
  expect(load.answered()).toBeGreaterThanOrEqual(EDITS * ANSWERS_BETWEEN);
  expect(served.events.filter(({ kind }) => kind === 'rejected')).toEqual([]);
  for (const echo of echoes.values()) expect(echo.seen.length, `${echo.port} was called`).toBeGreaterThan(0);
});

/** Both proxies see every edit. */
async function change(served: Served, text: string): Promise<void> {
  await served.change(() => served.write('mesh.yaml', text), 2);
}

/** Changes one thing; says what. */
function nextEdit(mesh: Mesh, i: number): string {
  switch (i % 7) {
    case 0:
      mesh.weight = 20 + ((i * 13) % 70);
      return `v1 has weight ${mesh.weight}`;
    case 1:
      mesh.other = mesh.other === 'v2' ? 'v3' : 'v2';
      return `subset ${mesh.other} replaces the other`;
    case 2:
      mesh.endpoints.v1 = 1 - mesh.endpoints.v1;
      return 'the endpoint of v1 is replaced';
    case 3:
      mesh.ports = 1 + ((mesh.ports + 1) % 3);
      return `the service has ${mesh.ports} ports`;
    case 4:
      mesh.services = (mesh.services + 1) % 3;
      return `${mesh.services} more services`;
    case 5:
      mesh.maxConnections++;
      return `the pool has ${mesh.maxConnections} connections`;
    default: {
      mesh.endpoints[mesh.other] = 1 - mesh.endpoints[mesh.other];
      return `the endpoint of ${mesh.other} is replaced`;
    }
  }
}

type Ports = Readonly<Record<'gateway' | 'service' | 'proxy', number>>;

function yaml(mesh: Mesh, echoes: ReadonlyMap<string, Echo>, ports: Ports): string {
  const endpoint = (version: 'v1' | 'v2' | 'v3'): string => {
    const echo = echoes.get(`${version}-${mesh.endpoints[version]}`)!;
    return `    - { address: 127.0.0.1, ports: { http: ${echo.port} }, labels: { version: ${version} } }`;
  };
  const versions = ['v1', mesh.other] as const;
  return `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: door, namespace: shop }
spec:
  selector: { istio: ingressgateway }
  servers:
    - port: { number: ${ports.gateway}, name: http, protocol: HTTP }
      hosts: [web.example]
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: web, namespace: shop }
spec:
  hosts: [web.shop]
  resolution: STATIC
  ports:
    - { number: ${ports.service}, name: http, protocol: HTTP }
${Array.from({ length: mesh.ports - 1 }, (_, i) => `    - { number: ${ports.service + 1 + i}, name: http${i}, protocol: HTTP, targetPort: ${ports.service} }`).join('\n')}
  endpoints:
${versions.map(endpoint).join('\n')}
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: web, namespace: shop }
spec:
  host: web.shop
  trafficPolicy: { connectionPool: { tcp: { maxConnections: ${mesh.maxConnections} } } }
  subsets:
${versions.map((version) => `    - { name: ${version}, labels: { version: ${version} } }`).join('\n')}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: web, namespace: shop }
spec:
  hosts: [web.example, web.shop]
  gateways: [door, mesh]
  http:
    - route:
        - { destination: { host: web.shop, subset: v1, port: { number: ${ports.service} } }, weight: ${mesh.weight} }
        - { destination: { host: web.shop, subset: ${mesh.other}, port: { number: ${ports.service} } }, weight: ${100 - mesh.weight} }
${Array.from({ length: mesh.services }, (_, i) => extraService(i, ports.service)).join('')}`;
}

function extraService(i: number, port: number): string {
  return `---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: extra${i}, namespace: shop }
spec:
  hosts: [extra${i}.shop]
  resolution: STATIC
  ports: [{ number: ${port}, name: http, protocol: HTTP }]
  endpoints: [{ address: 127.0.0.1 }]
`;
}

function bootstrapOf(role: 'router' | 'sidecar', port: number, httpProxyPort: number): object {
  return testBootstrap({
    role,
    name: role,
    namespace: 'shop',
    addresses: ['127.0.0.1'],
    labels: role === 'router' ? { istio: 'ingressgateway' } : { app: 'client' },
    xds: { address: '127.0.0.1', port },
    ...(role === 'sidecar' && { interception: 'none', httpProxyPort }),
  });
}

async function startEchoes(): Promise<ReadonlyMap<string, Echo>> {
  const names = ['v1', 'v2', 'v3'].flatMap((version) => [`${version}-0`, `${version}-1`]);
  const started = names.map(async (name) => [name, await startEcho({ service: 'web', version: name })] as const);
  return new Map(await Promise.all(started));
}
