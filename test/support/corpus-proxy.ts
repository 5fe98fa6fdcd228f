import { createControlPlane } from '../../src/control-plane/index.ts';
import {
  type Cluster,
  decode,
  type JsonObject,
  type JsonValue,
  typeUrlOf,
  type XdsType,
} from '../../src/proto/index.ts';
import { createServer } from '../../src/server/index.ts';
import type { Protocol } from '../../src/xds/index.ts';
import { caseSource } from './case-source.ts';
import type { CaseProxy, GoldenCase } from './corpus.ts';
import { TestProxy } from './test-proxy.ts';
import { until } from './until.ts';

export interface CaseServer {
  /** Resolves when the proxy has all that it asked for, and nothing more is on its way. */
  readonly connect: (proxy: CaseProxy, protocol: Protocol) => Promise<TestProxy>;
  readonly stop: () => Promise<void>;
}

/** Serves a case on a free port of 127.0.0.1. */
export async function serveCase({ changes, proxies }: GoldenCase): Promise<CaseServer> {
  const controlPlane = createControlPlane();
  controlPlane.store.apply(changes);
  const server = createServer({
    source: await caseSource(
      controlPlane,
      proxies.map(({ node }) => node),
    ),
    address: { host: '127.0.0.1', port: 0 },
    clock: () => performance.now(),
  });
  const { host, port } = await server.listen();
  const open: TestProxy[] = [];
  return {
    connect: async ({ node }, protocol) => {
      const { protocol: _, identity: __, locality, ...said } = node;
      const metadata = said.metadata as JsonObject;
      const proxy = new TestProxy(`${host}:${port}`, protocol, { ...said, metadata, ...(locality && { locality }) });
      open.push(proxy);
      await subscribeAsEnvoy(proxy, protocol);
      return proxy;
    },
    stop: async () => {
      await Promise.all(open.map((proxy) => proxy.close()));
      await server.stop();
    },
  };
}

/** Clusters and listeners first, then what they name. The secret is there to be answered last. */
async function subscribeAsEnvoy(proxy: TestProxy, protocol: Protocol): Promise<void> {
  proxy.subscribe('cds');
  proxy.subscribe('lds');
  await until(
    'clusters and listeners are there',
    () => isAnswered(proxy, 'cds') && isAnswered(proxy, 'lds'),
    WITHIN_MS,
  );
  const endpoints = [...messagesOf(proxy, 'cds').values()].flatMap(assignmentOf);
  const routes = [...messagesOf(proxy, 'lds').values()].flatMap(routesIn);
  if (endpoints.length > 0) proxy.subscribe('eds', ...endpoints);
  if (routes.length > 0) proxy.subscribe('rds', ...new Set(routes));
  await until(
    'endpoints and routes are there',
    () => hasAll(proxy, 'eds', endpoints) && hasAll(proxy, 'rds', routes),
    WITHIN_MS,
  );
  if (protocol === 'delta') proxy.subscribe('vhds');
  proxy.subscribe('sds', NOBODYS_SECRET);
  await until(
    'all is answered',
    () => isAnswered(proxy, 'sds') && (protocol === 'sotw' || isAnswered(proxy, 'vhds')),
    WITHIN_MS,
  );
}

/** Comes back after its connection broke, and gives what it was sent since. */
export async function comeBack(proxy: TestProxy): Promise<TestProxy['responses']> {
  const before = proxy.responses.length;
  await proxy.reconnect();
  return until(
    'all is answered again',
    () => {
      const since = proxy.responses.slice(before);
      return since.some(({ type }) => type === 'sds') && since;
    },
    WITHIN_MS,
  );
}

/** What a proxy has of one type, by name. */
export function messagesOf(proxy: TestProxy, type: XdsType): ReadonlyMap<string, JsonObject> {
  const messages = new Map<string, JsonObject>();
  for (const response of proxy.responses.filter((one) => one.type === type)) {
    for (const name of response.removed) messages.delete(name);
    for (const { name, bytes } of response.resources) messages.set(name, decode(typeUrlOf(type), bytes));
  }
  return messages;
}

/** Hundreds of times what it takes, and short, since a mistake shows in every case. */
const WITHIN_MS = 5_000;

const NOBODYS_SECRET = 'nobodys-secret';

function isAnswered(proxy: TestProxy, type: XdsType): boolean {
  return proxy.responses.some((response) => response.type === type);
}

function hasAll(proxy: TestProxy, type: XdsType, names: readonly string[]): boolean {
  return names.every((name) => proxy.has.get(type)?.has(name));
}

function assignmentOf(cluster: Cluster): readonly string[] {
  return cluster.type === 'EDS' ? [cluster.edsClusterConfig?.serviceName || cluster.name!] : [];
}

function routesIn(value: JsonValue): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, child]) =>
    key === 'routeConfigName' ? [child as string] : routesIn(child as JsonValue),
  );
}
