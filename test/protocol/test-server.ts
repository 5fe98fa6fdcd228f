import { afterEach } from 'vitest';
import type { Entry } from '../../src/proto/index.ts';
import { createServer, type ServerEvent, type ServerOptions, type XdsServer } from '../../src/server/index.ts';
import type { Protocol } from '../../src/xds/index.ts';
import { createWorld, type World } from '../support/resources.ts';
import { TestProxy } from '../support/test-proxy.ts';

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

/** A server and proxies that are gone after the test. */
export async function start(
  initial: readonly Entry[] = [],
  options: Parameters<typeof startTestServer>[1] = {},
): Promise<TestServer> {
  const server = await startTestServer(initial, options);
  open.push(() => server.stop());
  return server;
}

export function connect(server: TestServer, protocol: Protocol, id?: string): TestProxy {
  const proxy = new TestProxy(server.address, protocol, id);
  open.push(() => proxy.close());
  return proxy;
}

export interface TestServer {
  readonly world: World;
  readonly server: XdsServer;
  readonly address: string;
  readonly events: readonly ServerEvent[];
  stop(): Promise<void>;
}

/** A server on a free port of 127.0.0.1, for a world that the test changes by hand. */
async function startTestServer(
  initial: readonly Entry[] = [],
  options: Pick<ServerOptions, 'limits' | 'resendEndpointsOfChangedClusters'> = {},
): Promise<TestServer> {
  const world = createWorld(initial);
  const events: ServerEvent[] = [];
  const server = createServer({
    ...options,
    source: world,
    address: { host: '127.0.0.1', port: 0 },
    clock: () => performance.now(),
    onEvent: (event) => events.push(event),
  });
  const { host, port } = await server.listen();
  return { world, server, address: `${host}:${port}`, events, stop: () => server.stop() };
}
