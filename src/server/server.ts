import { Server, status } from '@grpc/grpc-js';
import type { Resource, XdsType } from '../proto/index.ts';
import { createBudget, createTurns, type Protocol } from '../xds/index.ts';
import { type AdsCall, AdsStream, adsService } from './ads.ts';
import type { ProxyStatus, ServerEvent } from './events.ts';
import { createHealth, healthService } from './health.ts';
import { createDoor, DEFAULT_LIMITS, type Limits } from './limits.ts';
import { type Address, DEFAULT_ADDRESS, listen } from './listen.ts';
import type { ResourceSource } from './resource-source.ts';

export interface ServerOptions {
  readonly source: ResourceSource;
  readonly address?: Address;
  readonly limits?: Partial<Limits>;
  /** In ms. Times of events and of `wake` are by it. */
  readonly clock: () => number;
  readonly onEvent?: (event: ServerEvent) => void;
  /** Default: true. A changed cluster warms anew, and waits for its endpoints: docs/decisions/0004. */
  readonly resendEndpointsOfChangedClusters?: boolean;
}

export interface XdsServer {
  /** Throws an Error that says why, if the address cannot be had. */
  listen(): Promise<Address>;
  /** What the health service says; it says "serving" unless told otherwise. */
  setServing(serving: boolean): void;
  /** All connected proxies, in the order in which they came. */
  proxies(): readonly ProxyStatus[];
  /** What the proxy of a stream has accepted of one type. Nothing, if the stream is gone. */
  resources(stream: number, type: XdsType): readonly Resource[];
  /** How much is on its way: for metrics. */
  load(): { readonly streams: number; readonly bytesInFlight: number; readonly responsesWaiting: number };
  /** Refuses new streams, ends the open ones spread over this time so that they do not all connect elsewhere at once, and closes. */
  stop(options?: { readonly overMs?: number }): Promise<void>;
}

export function createServer(options: ServerOptions): XdsServer {
  const { clock, onEvent = () => {} } = options;
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const server = new Server(channelOptions(limits));
  const health = createHealth();
  const door = createDoor(limits);
  const budget = createBudget({ limitBytes: limits.bytesInFlight, clock });
  const streams = new Set<AdsStream>();
  const ads = {
    source: options.source,
    limits,
    budget,
    turns: createTurns(),
    clock,
    onEvent,
    resendEndpointsOfChangedClusters: options.resendEndpointsOfChangedClusters ?? true,
  };
  const sweeper = setInterval(() => budget.sweep(), SWEEP_MS).unref();
  let count = 0;
  let stopping = false;

  server.addService(healthService, { ...health.handlers });
  server.addService(adsService, {
    StreamAggregatedResources: (call: AdsCall) => open(call, 'sotw'),
    DeltaAggregatedResources: (call: AdsCall) => open(call, 'delta'),
  });

  return {
    listen: () => listen(server, options.address ?? DEFAULT_ADDRESS),
    setServing: health.set,
    proxies: () => [...streams].map((stream) => stream.status()).filter((proxy) => proxy !== undefined),
    resources: (stream, type) => [...streams].find(({ number }) => number === stream)?.resources(type) ?? [],
    load: () => ({ streams: door.inside, bytesInFlight: budget.bytes, responsesWaiting: budget.waiting }),
    async stop({ overMs = 0 } = {}) {
      stopping = true;
      health.set(false);
      await endSpread([...streams], overMs);
      health.end();
      clearInterval(sweeper);
      await close(server);
    },
  };

  function open(call: AdsCall, protocol: Protocol): void {
    const peer = call.getPeer();
    const leave = stopping ? 'this pharos is stopping: connect to another one, or again' : door.enter(peer);
    if (typeof leave === 'string') return refuse(call, peer, leave);
    const stream = new AdsStream(++count, call, protocol, ads, () => {
      leave();
      streams.delete(stream);
    });
    streams.add(stream);
  }

  function refuse(call: AdsCall, peer: string, reason: string): void {
    onEvent({ kind: 'refused', at: clock(), peer, reason });
    call.on('error', () => {});
    call.emit('error', {
      code: stopping ? status.UNAVAILABLE : status.RESOURCE_EXHAUSTED,
      details: reason,
      message: reason,
    });
  }
}

/** How often readers that stand still are looked for. */
const SWEEP_MS = 1_000;

/** How long a stream that was ended may take to close before its connection is cut. */
const CLOSE_MS = 2_000;

function channelOptions(limits: Limits) {
  return {
    'grpc.max_receive_message_length': limits.requestBytes,
    // A peer that vanished without a word is noticed within 90 s. Sooner would cut off peers that read a cold start of
    // gigabytes: their answer to the ping comes behind all that, and is read behind all that others say.
    'grpc.keepalive_time_ms': 30_000,
    'grpc.keepalive_timeout_ms': 60_000,
    'grpc.enable_channelz': 0,
  };
}

async function endSpread(streams: readonly AdsStream[], overMs: number): Promise<void> {
  const started = streams.map(async (stream, i) => {
    await pause((overMs * i) / streams.length);
    stream.end('pharos is stopping');
  });
  await Promise.all(started);
}

async function pause(ms: number): Promise<void> {
  if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms));
}

async function close(server: Server): Promise<void> {
  const cut = setTimeout(() => server.forceShutdown(), CLOSE_MS);
  await new Promise<void>((resolve) => server.tryShutdown(() => resolve()));
  clearTimeout(cut);
}
