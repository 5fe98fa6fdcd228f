import { Server, status } from '@grpc/grpc-js';
import type { Caller } from '../auth/index.ts';
import type { Resource, XdsType } from '../proto/index.ts';
import { createBudget, createTurns, type Protocol } from '../xds/index.ts';
import { type AdsCall, AdsStream, adsService } from './ads.ts';
import type { ProxyStatus, ServerEvent } from './events.ts';
import { createHealth, healthService } from './health.ts';
import { createDoor, DEFAULT_LIMITS, type Limits } from './limits.ts';
import { type Address, DEFAULT_ADDRESS, listen } from './listen.ts';
import { Refusal } from './refusal.ts';
import type { ResourceSource } from './resource-source.ts';
import { createSecureServer, type SecureOptions, type SecureServer } from './secure-server.ts';

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
  /** The plaintext port. Throws an Error that says why, if the address cannot be had. */
  listen(): Promise<Address>;
  /** Another port, behind TLS, where proxies prove who they are: without it nobody has an identity. Throws as `listen`. */
  listenSecure(options: SecureOptions): Promise<Address>;
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

  let secure: SecureServer | undefined;

  server.addService(healthService, { ...health.handlers });
  server.addService(adsService, {
    StreamAggregatedResources: (call: AdsCall) => openPlain(call, 'sotw'),
    DeltaAggregatedResources: (call: AdsCall) => openPlain(call, 'delta'),
  });

  return {
    listen: () => listen(server, options.address ?? DEFAULT_ADDRESS),
    listenSecure: (how) => {
      secure = createSecureServer(how, channelOptions(limits), { clock, onEvent });
      const opened = secure;
      opened.grpc.addService(healthService, { ...health.handlers });
      opened.grpc.addService(adsService, {
        StreamAggregatedResources: (call: AdsCall) => void openSecure(call, 'sotw', opened),
        DeltaAggregatedResources: (call: AdsCall) => void openSecure(call, 'delta', opened),
      });
      return opened.listen();
    },
    setServing: health.set,
    proxies: () => [...streams].map((stream) => stream.status()).filter((proxy) => proxy !== undefined),
    resources: (stream, type) => [...streams].find(({ number }) => number === stream)?.resources(type) ?? [],
    load: () => ({ streams: door.inside, bytesInFlight: budget.bytes, responsesWaiting: budget.waiting }),
    async stop({ overMs = 0 } = {}) {
      stopping = true;
      secure?.close();
      health.set(false);
      await endSpread([...streams], overMs);
      health.end();
      clearInterval(sweeper);
      await Promise.all([server, secure?.grpc].map((grpc) => grpc && close(grpc)));
    },
  };

  function openPlain(call: AdsCall, protocol: Protocol): void {
    const leave = enter(call);
    if (leave) open(call, protocol, leave, undefined);
  }

  /** Requests stay unread until it is known whose they are: HTTP/2 holds them back. */
  async function openSecure(call: AdsCall, protocol: Protocol, { callers, endAt }: SecureServer): Promise<void> {
    const leave = enter(call);
    if (!leave) return;
    call.on('error', () => {});
    try {
      const caller = await callers.callerOf(call);
      if (call.cancelled) return leave();
      if (stopping) throw new Refusal(status.UNAVAILABLE, STOPPING);
      const stream = open(call, protocol, leave, caller);
      const expire = (): void => {
        stream.expire();
        if (caller.via === 'certificate') callers.retire(call);
      };
      stream.onEnd(endAt(caller, expire));
    } catch (error) {
      leave();
      refuse(call, error);
    }
  }

  function enter(call: AdsCall): (() => void) | undefined {
    const leave = stopping ? STOPPING : door.enter(call.getPeer());
    if (typeof leave !== 'string') return leave;
    refuse(call, new Refusal(stopping ? status.UNAVAILABLE : status.RESOURCE_EXHAUSTED, leave));
    return undefined;
  }

  function open(call: AdsCall, protocol: Protocol, leave: () => void, caller: Caller | undefined): AdsStream {
    const stream = new AdsStream({ number: ++count, call, protocol, identity: caller?.identity }, ads, () => {
      leave();
      streams.delete(stream);
    });
    streams.add(stream);
    return stream;
  }

  function refuse(call: AdsCall, error: unknown): void {
    const refusal = error instanceof Refusal ? error : new Refusal(status.INTERNAL, FAILED);
    const at = { at: clock(), peer: call.getPeer() };
    if (refusal !== error) onEvent({ kind: 'crashed', ...at, error });
    const kind = refusal.code === status.UNAUTHENTICATED ? 'unauthenticated' : 'refused';
    onEvent({ kind, ...at, reason: refusal.message });
    call.on('error', () => {});
    call.emit('error', { code: refusal.code, details: refusal.message, message: refusal.message });
  }
}

const STOPPING = 'this pharos is stopping: connect to another one, or again';
const FAILED = 'pharos failed at this request; its log says how';

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
  await new Promise<void>((resolve) => {
    // A connection that never said HTTP/2 can keep grpc-js from ever calling back.
    const cut = setTimeout(() => {
      server.forceShutdown();
      resolve();
    }, CLOSE_MS);
    server.tryShutdown(() => {
      clearTimeout(cut);
      resolve();
    });
  });
}
