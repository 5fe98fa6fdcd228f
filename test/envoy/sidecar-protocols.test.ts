import { once } from 'node:events';
import { createServer, request } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startTcpEcho } from '../support/echo.ts';
import { meshWithSidecar, NO_CLUSTER_ADDRESSES, rule, service, startApplication, talk } from '../support/sidecar.ts';

const CART = service('cart', { '10.1.0.1': 'v1' });

/** Two programs that are called by TCP at 127.22.0.1, with these rules. */
function database(protocol: 'TCP' | 'TLS', rules: string): string {
  return `apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: db, namespace: shop }
spec:
  hosts: [db.example]
  addresses: [127.22.0.1]
  ports: [{ name: db, number: 9000, protocol: ${protocol} }]
  resolution: STATIC
  endpoints: [{ address: 10.7.0.1, labels: { v: v1 } }, { address: 10.7.0.2, labels: { v: v2 } }]
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: db, namespace: shop }
spec: { host: db.example, subsets: [{ name: v1, labels: { v: v1 } }, { name: v2, labels: { v: v2 } }] }
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: db, namespace: shop }
spec:
${rules}
`;
}

async function startDatabases(): Promise<void> {
  for (const [address, version] of [
    ['10.7.0.1', 'v1'],
    ['10.7.0.2', 'v2'],
  ] as const) {
    const db = await startTcpEcho({ service: 'db', version, address, port: 9000 });
    onTestFinished(db.close);
  }
}

describe.skipIf(NO_CLUSTER_ADDRESSES)('a sidecar', () => {
  test.each([
    ['HTTP/1.1', 'a port is called http', CART],
    ['HTTP/2.0', 'a port is called http2', CART.replace('name: http,', 'name: http2,')],
    ['HTTP/2.0', 'a port is called grpc', CART.replace('name: http,', 'name: grpc-api,')],
    ['HTTP/2.0', 'a port says h2c', CART.replace('name: http,', 'name: api, appProtocol: kubernetes.io/h2c,')],
    ['HTTP/2.0', 'a rule upgrades', `${CART}${pool('h2UpgradePolicy: UPGRADE')}`],
    ['HTTP/1.1', 'a rule keeps what the client spoke', `${CART}${pool('useClientProtocol: true')}`],
  ])('speaks %s to an application if %s', async (protocol, _, yaml) => {
    await startApplication('cart', '10.1.0.1');
    const { call } = await meshWithSidecar(yaml);
    expect((await call('http://cart/')).echoed?.protocol).toBe(protocol);
  });

  test('lets an application and its client go on as WebSocket', async () => {
    const application = createServer();
    application.on('upgrade', (_, socket) => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n');
      socket.pipe(socket);
    });
    application.listen({ port: 8080, host: '10.1.0.1', reusePort: true });
    await once(application, 'listening');
    onTestFinished(() => void application.close());
    const { envoy } = await meshWithSidecar(CART);
    await envoy.listenersReady('127.0.0.1_80');

    const headers = { host: 'cart', connection: 'upgrade', upgrade: 'websocket' };
    const asked = request({ host: '127.0.0.1', port: 80, headers }).end();
    const [, socket] = await once(asked, 'upgrade');
    socket.write('hello');
    expect(String((await once(socket, 'data'))[0])).toBe('hello');
    socket.destroy();
  });

  test('leads TLS by its server name, without looking into it', async () => {
    await startDatabases();
    const { envoy } = await meshWithSidecar(
      database(
        'TLS',
        `  hosts: [db.example, '*.db.example']
  tls:
    - match: [{ sniHosts: [new.db.example], port: 9000 }]
      route: [{ destination: { host: db.example, subset: v2 } }]
    - match: [{ sniHosts: ['*.db.example', db.example], port: 9000 }]
      route: [{ destination: { host: db.example, subset: v1 } }]`,
      ),
    );
    await envoy.listenersReady('127.22.0.1_9000');
    const answerTo = async (name: string) => {
      const hello = await clientHello(name);
      const heard = await talk('127.22.0.1', 9000, hello);
      // All that was said came through as it was.
      expect(heard).toHaveLength('db v1\n'.length + String(hello).length);
      return heard.slice(0, 5);
    };
    expect(await answerTo('new.db.example')).toBe('db v2');
    expect(await answerTo('old.db.example')).toBe('db v1');
    expect(await answerTo('db.example')).toBe('db v1');
  });

  test('splits connections by weight', async () => {
    await startDatabases();
    const { envoy } = await meshWithSidecar(
      database(
        'TCP',
        `  hosts: [db.example]
  tcp:
    - route:
        - { destination: { host: db.example, subset: v1 }, weight: 75 }
        - { destination: { host: db.example, subset: v2 }, weight: 25 }`,
      ),
    );
    await envoy.listenersReady('127.22.0.1_9000');
    const CONNECTIONS = 200;
    const heard = await Promise.all(Array.from({ length: CONNECTIONS }, () => talk('127.22.0.1', 9000, 'x')));
    const toV2 = heard.filter((text) => text === 'db v2\nx').length;
    expect(heard.filter((text) => text === 'db v1\nx')).toHaveLength(CONNECTIONS - toV2);
    // Five standard deviations of a binomial.
    expect(Math.abs(toV2 - CONNECTIONS / 4)).toBeLessThan(5 * Math.sqrt((CONNECTIONS * 3) / 16));
  });
});

function pool(settings: string): string {
  return rule('DestinationRule', 'cart', `  trafficPolicy: { connectionPool: { http: { ${settings} } } }`);
}

/** The first bytes of a TLS connection to a server of this name. */
async function clientHello(servername: string): Promise<Buffer> {
  const server = createTcpServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const client = connectTls({ port, host: '127.0.0.1', servername });
  client.on('error', () => {});
  const [socket] = await once(server, 'connection');
  const [bytes] = await once(socket, 'data');
  client.destroy();
  socket.destroy();
  server.close();
  return bytes;
}
