import { type ServerDuplexStream, status } from '@grpc/grpc-js';
import type { SpiffeId } from '../lib/spiffe.ts';
import { DecodeError, type DiscoveryNode, type Resource, type XdsType } from '../proto/index.ts';
import {
  type Budget,
  type DeltaRequest,
  type Protocol,
  type SotwRequest,
  Stream,
  type StreamEvent,
  type Turns,
} from '../xds/index.ts';
import type { ConnectionEvent, ProxyStatus, ProxyStream, ServerEvent } from './events.ts';
import type { Limits } from './limits.ts';
import { rawMethod } from './raw-method.ts';
import { Refusal } from './refusal.ts';
import { type Arrived, nodeOf, readDeltaRequest, readSotwRequest } from './requests.ts';
import { NodeRefused, type OpenView, type ResourceSource } from './resource-source.ts';
import { createWriter } from './write-shared.ts';

const METHOD = '/envoy.service.discovery.v3.AggregatedDiscoveryService';
const DUPLEX = { requestStream: true, responseStream: true };

/** https://www.envoyproxy.io/docs/envoy/latest/api-docs/xds_protocol#aggregated-discovery-service */
export const adsService = {
  StreamAggregatedResources: rawMethod(`${METHOD}/StreamAggregatedResources`, DUPLEX),
  DeltaAggregatedResources: rawMethod(`${METHOD}/DeltaAggregatedResources`, DUPLEX),
};

export type AdsCall = ServerDuplexStream<Buffer, Buffer>;

export interface AdsOptions {
  readonly source: ResourceSource;
  readonly limits: Limits;
  readonly budget: Budget;
  readonly turns: Turns;
  readonly clock: () => number;
  readonly onEvent: (event: ServerEvent) => void;
  readonly resendEndpointsOfChangedClusters: boolean;
}

/** A call, and what is known of it before it says anything. */
export interface AdsCaller {
  readonly number: number;
  readonly call: AdsCall;
  readonly protocol: Protocol;
  /** Proved by the connection or by a token. It holds for the whole stream, whatever its nodes claim. */
  readonly identity: SpiffeId | undefined;
}

/** One stream of the gRPC server: reads requests, holds them to the limits, joins the protocol and the proxy's view. */
export class AdsStream {
  readonly number: number;
  readonly #call: AdsCall;
  readonly #protocol: Protocol;
  readonly #identity: SpiffeId | undefined;
  readonly #options: AdsOptions;
  readonly #onEnd: (() => void)[];
  readonly #ignored = new Set<string>();
  #proxy: ProxyStream | undefined;
  #node = '';
  #view: OpenView | undefined;
  #stream: Stream | undefined;
  #ended = false;

  constructor({ number, call, protocol, identity }: AdsCaller, options: AdsOptions, onEnd: () => void) {
    this.number = number;
    this.#call = call;
    this.#protocol = protocol;
    this.#identity = identity;
    this.#options = options;
    this.#onEnd = [onEnd];
    call.on('data', (bytes: Buffer) => this.#receive(bytes));
    call.on('end', () => this.end('the proxy ended the stream'));
    call.on('cancelled', () => this.end('the connection is gone'));
    call.on('error', (error) => this.end(error.message));
  }

  /** Ends the stream in good order: the proxy will connect again, here or elsewhere. */
  end(reason: string): void {
    this.#end(reason, () => this.#call.end());
  }

  /** What proved the caller has ended: it has to prove who it is again. */
  expire(): void {
    this.#refuse(new Refusal(status.UNAUTHENTICATED, 'the token or certificate of this stream has expired'));
  }

  onEnd(listener: () => void): void {
    if (this.#ended) listener();
    else this.#onEnd.push(listener);
  }

  status(): ProxyStatus | undefined {
    return this.#proxy && { ...this.#proxy, types: this.#stream?.status() ?? [] };
  }

  resources(type: XdsType): readonly Resource[] {
    return this.#stream?.resources(type) ?? [];
  }

  #receive(bytes: Buffer): void {
    if (this.#ended) return;
    try {
      if (this.#protocol === 'delta') this.#take(readDeltaRequest(bytes), (stream, request) => stream.onDelta(request));
      else this.#take(readSotwRequest(bytes), (stream, request) => stream.onSotw(request));
    } catch (error) {
      this.#refuse(this.#refusalOf(error));
    }
  }

  #take<Request extends DeltaRequest | SotwRequest>(
    arrived: Arrived<Request>,
    onRequest: (stream: Stream, request: Request) => void,
  ): void {
    const stream = this.#join(arrived.node);
    if (arrived.request === undefined) return this.#ignore(arrived.typeUrl);
    this.#checkNames(arrived.names);
    onRequest(stream, arrived.request);
    this.#checkNames(stream.names);
  }

  /** The first request must say who asks; a later one may say something else. */
  #join(node: DiscoveryNode | undefined): Stream {
    if (!this.#stream) return this.#open(node);
    const text = node ? JSON.stringify(node) : this.#node;
    if (text !== this.#node) this.#update(node!, text);
    return this.#stream;
  }

  #open(node: DiscoveryNode | undefined): Stream {
    if (!node) throw new Refusal(status.INVALID_ARGUMENT, 'the first request of a stream must have a node');
    const text = this.#checkNode(JSON.stringify(node));
    const known = nodeOf(node, this.#protocol, this.#identity);
    const { source, clock } = this.#options;
    const view = source.open(known, (at) => this.#stream?.wake(at));
    this.#view = view;
    this.#node = text;
    const peer = this.#call.getPeer();
    this.#proxy = { stream: this.number, node: known, view: view.id, peer, protocol: this.#protocol, since: clock() };
    const stream = new Stream({
      ...this.#options,
      protocol: this.#protocol,
      wire: { send: createWriter(this.#call) },
      sets: view,
      onEvent: (event) => this.#tell(event),
    });
    this.#stream = stream;
    this.#tell({ kind: 'connected' });
    return stream;
  }

  #update(node: DiscoveryNode, text: string): void {
    const proxy = this.#proxy!;
    const known = nodeOf(node, this.#protocol, this.#identity);
    this.#node = this.#checkNode(text);
    this.#view!.update(known);
    this.#proxy = { ...proxy, node: known, view: this.#view!.id };
    if (this.#proxy.view !== proxy.view) this.#tell({ kind: 'moved', from: proxy.view });
    this.#stream!.wake();
  }

  #checkNode(text: string): string {
    const { nodeBytes } = this.#options.limits;
    const bytes = Buffer.byteLength(text);
    if (bytes <= nodeBytes) return text;
    throw new Refusal(
      status.INVALID_ARGUMENT,
      `the node has ${bytes} bytes; ${nodeBytes} are allowed: shorten its metadata`,
    );
  }

  #checkNames(names: number): void {
    const limit = this.#options.limits.names;
    if (names <= limit) return;
    throw new Refusal(status.RESOURCE_EXHAUSTED, `the stream subscribes to ${names} names; ${limit} are allowed`);
  }

  #ignore(typeUrl: string): void {
    if (this.#ignored.has(typeUrl)) return;
    this.#ignored.add(typeUrl);
    this.#tell({ kind: 'ignored', typeUrl });
  }

  #refuse(refusal: Refusal): void {
    this.#end(refusal.message, () =>
      this.#call.emit('error', { code: refusal.code, details: refusal.message, message: refusal.message }),
    );
  }

  /** What is not the peer's mistake is ours. It costs this stream, not the mesh, and is not swallowed. */
  #refusalOf(error: unknown): Refusal {
    if (error instanceof Refusal) return error;
    if (error instanceof NodeRefused)
      return new Refusal(error.isFalse ? status.PERMISSION_DENIED : status.INVALID_ARGUMENT, error.message);
    if (error instanceof DecodeError)
      return new Refusal(status.INVALID_ARGUMENT, `not a discovery request: ${error.message}`);
    this.#options.onEvent({ kind: 'crashed', at: this.#options.clock(), peer: this.#call.getPeer(), error });
    return new Refusal(status.INTERNAL, 'pharos failed at this request; its log says how');
  }

  #end(reason: string, close: () => void): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#stream?.close();
    this.#view?.stop();
    if (this.#proxy) this.#tell({ kind: 'disconnected', reason });
    else this.#options.onEvent({ kind: 'refused', at: this.#options.clock(), peer: this.#call.getPeer(), reason });
    for (const listener of this.#onEnd) listener();
    close();
  }

  #tell(event: StreamEvent | ConnectionEvent): void {
    this.#options.onEvent({ at: this.#options.clock(), proxy: this.#proxy!, ...event });
  }
}
