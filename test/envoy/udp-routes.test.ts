import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { envoyForTest, type RunningEnvoy, testBootstrap } from '../support/envoy.ts';
import { serveForTest } from '../support/served.ts';
import { until } from '../support/until.ts';

const PORT = 30_000 + (process.pid % 2_000);
const LISTENER = `127.0.0.1_${PORT}_udp`;
/** All of them send from this port. */
const CLIENTS_PORT = PORT + 2_000;

test('clients that all send from one port are shared by weight, and each stays where it was', async () => {
  const scene = await start({ a: 7, b: 3 });
  const clients = await Promise.all(
    Array.from({ length: 100 }, (_, i) => clientAt(`127.0.${1 + (i >> 6)}.${1 + (i & 63)}`)),
  );
  const first = await Promise.all(clients.map((client) => client.ask()));
  const counts = Map.groupBy(first, (who) => who);
  expect(Math.abs((counts.get('a')?.length ?? 0) - 70)).toBeLessThanOrEqual(2);
  expect(await Promise.all(clients.map((client) => client.ask()))).toEqual(first);
  expect(await scene.sessions()).toBe(100);
});

test('the share of a backend that does not exist gets no answer, and nobody else gets it', async () => {
  const scene = await start({ a: 5, gone: 5 });
  const clients = await Promise.all(Array.from({ length: 40 }, (_, i) => clientAt(`127.0.3.${1 + i}`)));
  let answers = 0;
  for (const client of clients) void client.ask().then(() => answers++);
  await scene.envoy.statReaches(`udp.${LISTENER};.downstream_sess_rx_datagrams`, 40);
  await until('half of them are answered', () => answers >= 20);
  const [refused] = [...(await scene.envoy.stats('sess_rx_errors')).values()];
  expect({ answers, refused }).toEqual({ answers: 20, refused: 20 });
});

test('new weights are for new clients; only who has lost his backend goes on with another', async () => {
  const scene = await start({ a: 1, b: 1 });
  const clients = await Promise.all(Array.from({ length: 10 }, (_, i) => clientAt(`127.0.4.${1 + i}`)));
  const askAll = () => Promise.all(clients.map((client) => client.ask()));
  const first = await askAll();
  expect(new Set(first)).toEqual(new Set(['a', 'b']));
  await scene.weigh({ a: 1, b: 1_000_000 });
  expect(await askAll()).toEqual(first);
  await scene.weigh({ a: 0, b: 1 });
  expect(await askAll()).toEqual(clients.map(() => 'b'));
});

interface Scene {
  readonly envoy: RunningEnvoy;
  readonly sessions: () => Promise<number>;
  readonly weigh: (weights: Weights) => Promise<void>;
}

type Weights = Readonly<Record<string, number>>;

/** A Gateway with one UDP port, and a program behind each name but `gone`, which answers with its name. */
async function start(weights: Weights): Promise<Scene> {
  const programs = await Promise.all(['a', 'b'].map(program));
  const rest = [GATEWAY, ...programs].join('');
  const { port, write, change } = await serveForTest({ files: { 'mesh.yaml': rest, 'route.yaml': routeOf(weights) } });
  const envoy = await envoyForTest({
    bootstrap: testBootstrap({
      role: 'router',
      name: 'gateway',
      namespace: 'edge',
      addresses: ['127.0.0.1'],
      labels: { 'gateway.networking.k8s.io/gateway-name': 'datagrams' },
      protocol: 'delta',
      xds: { address: '127.0.0.1', port },
    }),
  });
  await envoy.ready();
  return {
    envoy,
    sessions: async () => (await envoy.stats('downstream_sess_total')).get(`udp.${LISTENER};.downstream_sess_total`)!,
    weigh: async (next) => void (await change(() => write('route.yaml', routeOf(next)))),
  };
}

const GATEWAY = `---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: datagrams, namespace: edge }
spec:
  gatewayClassName: pharos
  addresses: [{ value: 127.0.0.1 }]
  listeners: [{ name: udp, port: ${PORT}, protocol: UDP }]
`;

function routeOf(weights: Weights): string {
  const refs = Object.entries(weights).map(([name, weight]) => `{ name: ${name}, port: 5000, weight: ${weight} }`);
  return `---
apiVersion: gateway.networking.k8s.io/v1
kind: UDPRoute
metadata: { name: shared, namespace: edge }
spec: { parentRefs: [{ name: datagrams }], rules: [{ backendRefs: [${refs.join(', ')}] }] }
`;
}

/** Started, and as the objects that Kubernetes has of it. */
async function program(name: string): Promise<string> {
  const socket = await opened('127.0.0.1', 0);
  socket.on('message', (_, from) => socket.send(name, from.port, from.address));
  const { port } = socket.address() as AddressInfo;
  return `---
apiVersion: v1
kind: Service
metadata: { name: ${name}, namespace: edge }
spec: { ports: [{ name: udp, port: 5000, protocol: UDP }] }
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: ${name}-1, namespace: edge, labels: { kubernetes.io/service-name: ${name} } }
addressType: IPv4
ports: [{ name: udp, port: ${port}, protocol: UDP }]
endpoints: [{ addresses: [127.0.0.1] }]
`;
}

/** Somebody at an address who sends datagrams and hears who answers. */
async function clientAt(address: string): Promise<{ readonly ask: () => Promise<string> }> {
  const socket = await opened(address, CLIENTS_PORT);
  return {
    ask: async () => {
      const heard = once(socket, 'message');
      socket.send('hello', PORT, '127.0.0.1');
      return `${(await heard)[0]}`;
    },
  };
}

async function opened(address: string, port: number): Promise<Socket> {
  const socket = createSocket('udp4');
  socket.bind(port, address);
  await once(socket, 'listening');
  onTestFinished(() => void socket.close());
  return socket;
}
