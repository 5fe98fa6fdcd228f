import { createServer, type Server } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { describe, expect, onTestFinished, test } from 'vitest';
import { SHOP } from '../support/certificates.ts';
import type { Echo } from '../support/echo.ts';
import { type Load, startLoad } from '../support/load.ts';
import {
  CART,
  CART_SERVICE,
  CART_URL,
  DETECTED,
  GRPC,
  HTTP,
  meshOf,
  mtls,
  startCart,
  startPair,
  TCP,
  WEB_URI,
} from '../support/mtls-pair.ts';
import { gatewayYaml, routeYaml, startRouter } from '../support/router.ts';
import { callAt, NO_CLUSTER_ADDRESSES, talk } from '../support/sidecar.ts';
import { tlsTalk } from '../support/tls-client.ts';
import { until } from '../support/until.ts';

const REQUEST = 'GET / HTTP/1.1\r\nhost: cart\r\nconnection: close\r\n\r\n';
/** Not so short that it could be the beginning of a request. */
const HELLO = 'hello, this is no request\r\n';

describe.skipIf(NO_CLUSTER_ADDRESSES)('between two sidecars', () => {
  const kinds = { HTTP, gRPC: GRPC, 'what is detected': DETECTED };
  test.each(
    Object.entries(kinds).flatMap(([kind, port]) =>
      ['STRICT', 'PERMISSIVE'].map((mode) => [kind, mode, port] as const),
    ),
  )('%s is encrypted where cart is %s, and cart is told who calls', async (_, mode, port) => {
    await startCart();
    const { web } = await startPair(meshOf(port, mtls(mode)));
    const { status, echoed } = await web.call(CART_URL);
    expect([status, echoed?.headers['x-forwarded-client-cert']]).toEqual([200, expect.stringContaining(WEB_URI)]);
  });

  test.each([
    ['STRICT', TCP],
    ['STRICT', DETECTED],
    ['PERMISSIVE', DETECTED],
  ])('connections that are no HTTP are encrypted where cart is %s: %s', async (mode, port) => {
    await listenAsCart(createServer((socket) => socket.on('data', (said) => socket.write(`heard ${said}`))));
    const { cart } = await startPair(meshOf(port, mtls(mode)));
    expect(await talk(CART_SERVICE, 80, HELLO)).toBe(`heard ${HELLO}`);
    expect(await handshakes(cart.envoy.stats)).toBe(1);
  });

  test('nobody gets in in plain text where only mTLS is taken, and everybody where both are', async () => {
    await startCart();
    const { served } = await startPair(meshOf(HTTP, mtls('STRICT')));
    expect(await talk(CART, 8080, REQUEST)).toBe('');
    await served.change(() => served.write('mesh.yaml', meshOf(HTTP, mtls('PERMISSIVE'))));
    expect(await talk(CART, 8080, REQUEST)).toContain('HTTP/1.1 200');
  });

  test('nobody gets in with a certificate of somebody else, or with none', async () => {
    await startCart();
    await startPair(meshOf(HTTP, mtls('STRICT')));
    for (const as of [SHOP, undefined]) {
      const call = { address: CART, port: 8080, name: 'cart', alpn: ['istio'], as };
      expect(await tlsTalk(call, REQUEST)).toHaveProperty('refused');
    }
  });

  test('TLS of the application goes to the application, where both are taken', async () => {
    const hello = createTlsServer(SHOP, (socket) => socket.on('data', () => socket.end('secret')));
    await listenAsCart(hello);
    await startPair(meshOf(DETECTED, mtls('PERMISSIVE')));
    const answer = await tlsTalk({ address: CART, port: 8080, name: 'cart.shop.svc.cluster.local' }, HELLO);
    expect(answer).toMatchObject({ text: 'secret' });
  });

  test('cart is called in plain text where mTLS is switched off', async () => {
    await startCart();
    const { web } = await startPair(meshOf(HTTP, mtls('DISABLE')));
    const { status, echoed } = await web.call(CART_URL);
    expect([status, echoed?.headers['x-forwarded-client-cert']]).toEqual([200, undefined]);
    expect(await talk(CART, 8080, REQUEST)).toContain('HTTP/1.1 200');
  });

  test('a gateway calls with its own certificate', async () => {
    await startCart();
    const server = '{ port: { number: 8088, name: http, protocol: HTTP }, hosts: [cart.example] }';
    const route = 'http: [{ route: [{ destination: { host: cart.shop.svc.cluster.local } }] }]';
    const gateway = `${gatewayYaml(server)}${routeYaml('cart.example', route)}`;
    const { served } = await startPair(meshOf(HTTP, `${mtls('STRICT')}${gateway}`));
    await startRouter(served);
    const door = { address: '127.0.0.1', port: 8088, kind: 'listener' } as const;
    const [answer] = await callAt(door, 'http://cart.example/');
    const uri = 'URI=spiffe://cluster.local/ns/edge/sa/gateway';
    expect(answer?.echoed?.headers['x-forwarded-client-cert']).toContain(uri);
  });
});

describe.skipIf(NO_CLUSTER_ADDRESSES)('under 200 requests a second', () => {
  test.each(['delta', 'sotw'] as const)('STRICT comes and goes and no request fails, over %s', async (protocol) => {
    const { failures } = await changeModes(['STRICT', 'PERMISSIVE', 'STRICT', 'PERMISSIVE', 'STRICT'], protocol);
    expect(failures).toEqual([]);
  });

  test('DISABLE comes and goes; requests may fail only while one side knows of it and the other does not', async () => {
    const { failures } = await changeModes(['DISABLE', 'PERMISSIVE', 'DISABLE', 'PERMISSIVE'], 'delta');
    expect(failures.filter((failure) => failure.includes(SETTLED))).toEqual([]);
  });

  test('certificates are renewed and no request fails', async () => {
    const cart = await startCart();
    const { served } = await startPair(meshOf(HTTP, `${FEW_REQUESTS}${mtls('STRICT')}`), {
      secure: { workloadTtlMs: 4_000 },
    });
    const load = callCart(() => `certificate ${shownTo(cart).size}`);
    await until('web has shown five certificates', () => shownTo(cart).size >= 5, 60_000);
    await load.stop();
    expect(load.failures()).toEqual([]);
    expect(served.events.filter(({ kind }) => kind === 'rejected')).toEqual([]);
  });
});

const SETTLED = 'all is settled';

/** One mode after the other, each when connections are as the one before says, and some requests later. */
async function changeModes(modes: readonly string[], protocol: 'delta' | 'sotw') {
  const cart = await startCart();
  const { served } = await startPair(meshOf(HTTP, FEW_REQUESTS), { protocol });
  let doing = SETTLED;
  const load = callCart(() => doing);
  for (const mode of modes) {
    doing = `becomes ${mode}`;
    served.write('mesh.yaml', meshOf(HTTP, `${FEW_REQUESTS}${mtls(mode)}`));
    await until(`cart is ${mode}`, async () => ((await talk(CART, 8080, REQUEST)) === '') === (mode === 'STRICT'));
    await until(`connections are ${mode}`, () => {
      const last = cart.seen.slice(-20).map(({ headers }) => headers['x-forwarded-client-cert'] !== undefined);
      return last.length === 20 && last.every((encrypted) => encrypted === (mode !== 'DISABLE'));
    });
    doing = SETTLED;
    const enough = load.answered() + 40;
    await until('requests are answered', () => load.answered() + load.failures().length >= enough);
  }
  await load.stop();
  expect(served.events.filter(({ kind }) => kind === 'rejected')).toEqual([]);
  return { failures: load.failures() };
}

/** Connections are used for a few requests, so that there are new ones all the time. */
const FEW_REQUESTS = `---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: cart, namespace: shop }
spec: { host: cart, trafficPolicy: { connectionPool: { http: { maxRequestsPerConnection: 5 } } } }
`;

function callCart(doing: () => string): Load {
  const host = 'cart.shop.svc.cluster.local';
  return startLoad({ perSecond: 200, doing, targets: [{ port: 15_002, host, path: CART_URL }] });
}

/** The certificates that clients of cart have shown, by their hashes. */
function shownTo(cart: Echo): ReadonlySet<string | undefined> {
  return new Set(cart.seen.map(({ headers }) => /Hash=(\w+)/.exec(`${headers['x-forwarded-client-cert']}`)?.[1]));
}

async function handshakes(stats: (filter: string) => Promise<ReadonlyMap<string, number>>): Promise<number> {
  const all = await stats(`listener.${CART}_8080.ssl.handshake$`);
  return [...all.values()].reduce((sum, count) => sum + count, 0);
}

async function listenAsCart(server: Server): Promise<void> {
  server.on('connection', (socket) => socket.on('error', () => socket.destroy()));
  await new Promise<void>((resolve) => server.listen(8080, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
}
