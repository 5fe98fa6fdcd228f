import { Client, credentials, type ServiceError, status } from '@grpc/grpc-js';
import { describe, expect, test } from 'vitest';
import { encodeDeltaDiscoveryRequest, encodeDiscoveryRequest } from '../../src/proto/index.ts';
import { createServer, NodeRefused } from '../../src/server/index.ts';
import { createWorld, resource } from '../support/resources.ts';
import { TestProxy } from '../support/test-proxy.ts';
import { until } from '../support/until.ts';
import { connect, start } from './test-server.ts';

const CLUSTER = 'type.googleapis.com/envoy.config.cluster.v3.Cluster';

describe.each(['sotw', 'delta'] as const)('over %s', (protocol) => {
  const encode = protocol === 'sotw' ? encodeDiscoveryRequest : encodeDeltaDiscoveryRequest;
  const send = (proxy: TestProxy, request: Parameters<typeof encode>[0]): void =>
    proxy.sendBytes(Buffer.from(encode(request)));

  test('bytes that are no request are refused, and nobody else notices', async () => {
    const server = await start([resource('cds', 'cart')]);
    const other = connect(server, protocol);
    const proxy = connect(server, protocol);
    proxy.sendBytes(Buffer.from([0xff, 0xff, 0xff]));
    expect(await proxy.ended()).toMatchObject({
      code: status.INVALID_ARGUMENT,
      details: expect.stringContaining('not a discovery request'),
    });
    other.subscribe('cds');
    expect(await other.upTo('cds cart')).toEqual(['cds cart']);
  });

  test('a first request without a node is refused', async () => {
    const server = await start();
    const proxy = connect(server, protocol);
    send(proxy, { typeUrl: CLUSTER });
    expect(await proxy.ended()).toEqual({
      code: status.INVALID_ARGUMENT,
      details: 'the first request of a stream must have a node',
    });
    expect(server.events).toMatchObject([{ kind: 'refused' }]);
  });

  test('a node that is too large is refused', async () => {
    const server = await start([], { limits: { nodeBytes: 1000 } });
    const proxy = connect(server, protocol);
    send(proxy, { node: { id: 'x'.repeat(2000) }, typeUrl: CLUSTER });
    expect(await proxy.ended()).toMatchObject({
      code: status.INVALID_ARGUMENT,
      details: expect.stringContaining('1000 are allowed'),
    });
  });

  test('a request that is too large is refused', async () => {
    const server = await start([], { limits: { requestBytes: 1000 } });
    const proxy = connect(server, protocol);
    proxy.subscribe('eds', 'x'.repeat(2000));
    expect(await proxy.ended()).toMatchObject({ code: status.RESOURCE_EXHAUSTED });
  });

  test('too many names are refused, at once or bit by bit', async () => {
    const server = await start([], { limits: { names: 3 } });
    const greedy = connect(server, protocol);
    greedy.subscribe('eds', 'a', 'b', 'c', 'd');
    expect(await greedy.ended()).toEqual({
      code: status.RESOURCE_EXHAUSTED,
      details: 'the stream subscribes to 4 names; 3 are allowed',
    });
    const patient = connect(server, protocol);
    patient.subscribe('eds', 'a', 'b', 'c');
    patient.subscribe('rds', 'd');
    expect(await patient.ended()).toMatchObject({ code: status.RESOURCE_EXHAUSTED });
  });

  test('a type that pharos does not serve is left unanswered, and the stream goes on', async () => {
    const server = await start([resource('cds', 'cart')]);
    const proxy = connect(server, protocol);
    for (let i = 0; i < 2; i++)
      send(proxy, { node: { id: 'a' }, typeUrl: 'type.googleapis.com/envoy.service.runtime.v3.Runtime' });
    proxy.subscribe('cds');
    expect(await proxy.upTo('cds cart')).toEqual(['cds cart']);
    expect(server.events.filter(({ kind }) => kind === 'ignored')).toMatchObject([
      { typeUrl: expect.stringContaining('Runtime') },
    ]);
  });
});

test('no more streams are let in than there is room for, and room is made when one ends', async () => {
  const server = await start([], { limits: { streams: 1 } });
  const first = connect(server, 'delta');
  first.subscribe('cds');
  await first.upTo('cds');
  const second = connect(server, 'sotw');
  expect(await second.ended()).toEqual({ code: status.RESOURCE_EXHAUSTED, details: 'all 1 streams are taken' });
  await first.close();
  await until('the first has gone', () => server.server.load().streams === 0);
  const third = connect(server, 'sotw');
  third.subscribe('cds');
  await third.upTo('cds');
});

test('one peer cannot take all streams', async () => {
  const server = await start([], { limits: { streamsPerPeer: 1 } });
  const first = connect(server, 'delta');
  first.subscribe('cds');
  await first.upTo('cds');
  expect(await connect(server, 'delta').ended()).toEqual({
    code: status.RESOURCE_EXHAUSTED,
    details: '127.0.0.1 has 1 streams, and may not have more',
  });
});

test('a node that the source refuses is told why; a mistake of the source costs only its stream', async () => {
  const world = createWorld();
  const crashes: unknown[] = [];
  const server = createServer({
    source: {
      open(node, wake) {
        if (node.id === 'bad') throw new NodeRefused('node "bad" has no namespace');
        if (node.id === 'bug') throw new Error('a bug');
        return world.open(node, wake);
      },
    },
    address: { host: '127.0.0.1', port: 0 },
    clock: () => 0,
    onEvent: (event) => event.kind === 'crashed' && crashes.push(event.error),
  });
  const { port } = await server.listen();
  const ask = async (id: string) => {
    const proxy = new TestProxy(`127.0.0.1:${port}`, 'delta', id);
    proxy.subscribe('cds');
    return proxy.ended();
  };
  expect(await ask('bad')).toEqual({ code: status.INVALID_ARGUMENT, details: 'node "bad" has no namespace' });
  expect(await ask('bug')).toMatchObject({ code: status.INTERNAL });
  expect(crashes).toEqual([new Error('a bug')]);
  await server.stop();
});

test('an address that is taken is refused with the reason', async () => {
  const server = await start();
  const [host, port] = server.address.split(':') as [string, string];
  const second = createServer({ source: createWorld(), address: { host, port: Number(port) }, clock: () => 0 });
  await expect(second.listen()).rejects.toThrow(`cannot listen on ${server.address} for xDS: another process does`);
  await second.stop();
});

test('a server that stops says so to health checks, lets nobody in, and ends every stream in good order', async () => {
  const server = await start([resource('cds', 'cart')]);
  const proxies = [connect(server, 'delta'), connect(server, 'sotw')];
  for (const proxy of proxies) proxy.subscribe('cds');
  for (const proxy of proxies) await proxy.upTo('cds cart');
  const client = new Client(server.address, credentials.createInsecure());
  const seen = watchHealth(client);
  expect(await checkHealth(client, 'nobody')).toBe(status.NOT_FOUND);
  expect(await checkHealth(client, '')).toEqual([8, SERVING]);
  await until('the first health', () => seen.length === 1);

  const stopped = server.server.stop({ overMs: 30 });
  const late = connect(server, 'delta');
  expect(await late.ended()).toMatchObject({ code: status.UNAVAILABLE });
  for (const proxy of proxies) expect(await proxy.ended()).toEqual({ code: status.OK, details: '' });
  await stopped;
  expect(seen).toEqual([SERVING, NOT_SERVING]);
  client.close();
});

test('a proxy has converged when it has taken all that changed, and a change that it does not see is no news', async () => {
  const server = await start([resource('cds', 'cart')]);
  const proxy = connect(server, 'delta');
  proxy.subscribe('cds');
  await proxy.upTo('cds cart');
  server.world.change({ set: [resource('lds', 'unseen')] });
  server.world.change({ set: [resource('cds', 'cart', 2)] });
  await until('it converges', () => server.events.some(({ kind }) => kind === 'converged'));
  expect(server.events.filter(({ kind }) => kind === 'converged')).toHaveLength(1);
});

test.each(['sotw', 'delta'] as const)(
  'what a proxy rejected has not converged, and what it takes later has, over %s',
  async (protocol) => {
    const server = await start([resource('cds', 'cart'), resource('cds', 'tea')]);
    const proxy = connect(server, protocol);
    proxy.subscribe('cds');
    await proxy.upTo('cds cart tea');
    const converged = (): number => server.events.filter(({ kind }) => kind === 'converged').length;

    proxy.reply = () => (proxy.responses.length === 2 ? { error: 'cart: no' } : 'ack');
    server.world.change({ set: [resource('cds', 'cart', 2), resource('cds', 'tea', 2)] });
    expect(await proxy.upTo('cds tea')).toEqual(['cds rejected', 'cds tea']);
    await until('the rest is accepted', () => server.server.proxies()[0]?.types[0]?.ackedNonce === '3');
    expect(converged()).toBe(0);

    proxy.reply = () => 'ack';
    server.world.change({ set: [resource('cds', 'cart', 3)] });
    await proxy.upTo('cds cart');
    await until('it converges', () => converged() === 1);
  },
);

test('a change that a proxy took in halves, after it rejected the whole, has converged', async () => {
  const server = await start([resource('cds', 'cart'), resource('cds', 'tea')]);
  const proxy = connect(server, 'delta');
  proxy.subscribe('cds');
  await proxy.upTo('cds cart tea');
  proxy.reply = ({ resources }) => (resources.length > 1 ? { error: 'too much at once' } : 'ack');
  server.world.change({ set: [resource('cds', 'cart', 2), resource('cds', 'tea', 2)] });
  expect(await proxy.upTo('cds tea')).toEqual(['cds rejected', 'cds cart', 'cds tea']);
  await until('it converges', () => server.events.some(({ kind }) => kind === 'converged'));
});

const SERVING = 1;
const NOT_SERVING = 2;
const same = (bytes: Buffer): Buffer => bytes;

function watchHealth(client: Client): number[] {
  const seen: number[] = [];
  const watch = client.makeServerStreamRequest('/grpc.health.v1.Health/Watch', same, same, Buffer.alloc(0));
  watch.on('data', (bytes: Buffer) => seen.push(bytes[1]!));
  watch.on('error', () => {});
  return seen;
}

async function checkHealth(client: Client, service: string): Promise<status | readonly number[]> {
  const request = Buffer.from([0x0a, service.length, ...Buffer.from(service)]);
  return new Promise((resolve) => {
    client.makeUnaryRequest('/grpc.health.v1.Health/Check', same, same, request, (error: ServiceError | null, answer) =>
      resolve(error ? error.code : [...answer!]),
    );
  });
}
