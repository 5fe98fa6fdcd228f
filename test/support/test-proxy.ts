import {
  type ChannelCredentials,
  Client,
  type ClientDuplexStream,
  credentials,
  Metadata,
  type ServiceError,
  status,
} from '@grpc/grpc-js';
import {
  decodeDeltaDiscoveryResponse,
  decodeDiscoveryResponse,
  encodeDeltaDiscoveryRequest,
  encodeDiscoveryRequest,
  type ReceivedResponse,
  typeUrlOf,
  type XdsType,
  xdsTypeOf,
} from '../../src/proto/index.ts';
import type { Protocol } from '../../src/xds/index.ts';
import { until } from './until.ts';

const SERVICE = '/envoy.service.discovery.v3.AggregatedDiscoveryService';
const METHODS = { sotw: `${SERVICE}/StreamAggregatedResources`, delta: `${SERVICE}/DeltaAggregatedResources` };

/** In SotW a response of these types lists everything. */
const WHOLE: readonly XdsType[] = ['cds', 'lds'];

interface Subscribed {
  readonly names: Set<string>;
  nonce: string;
  version: string;
}

/** What a proxy says of itself, in the first request of a stream. */
export type NodeSaid = NonNullable<Parameters<typeof encodeDiscoveryRequest>[0]['node']>;

/** How a proxy comes to the secure port, and what it proves itself with there. */
export interface Proof {
  readonly rootPem: string;
  readonly token?: string;
  /** Sends the token where nobody asked for it. */
  readonly plaintext?: boolean;
  /** In PEM. */
  readonly certificate?: { readonly chain: string; readonly key: string };
}

/** What a proxy answers to a response: it takes it, rejects it, or leaves it unanswered for now. */
export type Reply = 'ack' | 'wait' | { readonly error: string };

/**
 * A proxy over real gRPC that keeps what it is sent and answers as Envoy does. What each response changed is a line of
 * its log, the same for SotW and delta: `cds a b -c` says that a and b are new or different and c is gone.
 */
export class TestProxy {
  /** Version, or over SotW a stand-in for it, by name. */
  readonly has = new Map<XdsType, Map<string, string>>();
  readonly responses: (ReceivedResponse & { readonly type: XdsType; readonly size: number })[] = [];
  readonly log: string[] = [];
  reply: (response: ReceivedResponse, type: XdsType) => Reply = () => 'ack';
  /** How the stream ended. */
  closed: { readonly code: status; readonly details: string } | undefined;
  readonly #proof: Proof | undefined;
  readonly #address: string;
  readonly #protocol: Protocol;
  #node: NodeSaid;
  readonly #subscribed = new Map<XdsType, Subscribed>();
  #client: Client;
  #stream: ClientDuplexStream<Buffer, Buffer>;
  #cursor = 0;
  #saidWho = false;

  constructor(address: string, protocol: Protocol, node: NodeSaid | string = 'test-proxy', proof?: Proof) {
    this.#proof = proof;
    this.#address = address;
    this.#protocol = protocol;
    this.#node = typeof node === 'string' ? { id: node } : node;
    this.#client = this.#connect();
    this.#stream = this.#open();
  }

  /** Subscribes; without names the first time, to all there is. */
  subscribe(type: XdsType, ...names: string[]): void {
    const known = this.#subscribed.get(type);
    if (!known) return this.#first(type, names);
    for (const name of names) known.names.add(name);
    if (this.#protocol === 'sotw') this.#sendSotw(type);
    else this.#sendDelta(type, { subscribe: names });
  }

  unsubscribe(type: XdsType, ...names: string[]): void {
    const known = this.#subscribed.get(type)!;
    for (const name of names) known.names.delete(name);
    for (const name of names) this.has.get(type)?.delete(name);
    if (this.#protocol === 'sotw') this.#sendSotw(type);
    else this.#sendDelta(type, { unsubscribe: names });
  }

  /** Its next request says something else about it. */
  say(node: NodeSaid): void {
    this.#node = node;
    this.#saidWho = false;
  }

  /** Answers a response that was left unanswered, or any nonce. */
  answer(type: XdsType, nonce: string, error?: string): void {
    if (this.#protocol === 'sotw') this.#sendSotw(type, { nonce, error });
    else this.#sendDelta(type, { nonce, error });
  }

  /** Cuts the connection, and connects again, saying what it still has. */
  async reconnect(): Promise<void> {
    await this.close();
    this.closed = undefined;
    this.#client = this.#connect();
    this.#stream = this.#open();
    const before = [...this.#subscribed];
    this.#subscribed.clear();
    for (const [type, { names, version }] of before) this.#first(type, [...names], version);
  }

  /** Waits for a line of the log, and gives the lines since the last call up to it: nothing else has come in between. */
  async upTo(line: string): Promise<readonly string[]> {
    await until(`the line "${line}"`, () => this.log.includes(line, this.#cursor)).catch((error: Error) => {
      throw new Error(`${error.message}; the log says: ${this.log.slice(this.#cursor).join(' | ')}`);
    });
    const end = this.log.indexOf(line, this.#cursor) + 1;
    const lines = this.log.slice(this.#cursor, end);
    this.#cursor = end;
    return lines;
  }

  async ended(): Promise<{ readonly code: status; readonly details: string }> {
    return until('the stream ends', () => this.closed);
  }

  /** Reads nothing more until `resume`, as a proxy whose main thread is stuck. */
  pause(): void {
    this.#stream.pause();
  }

  resume(): void {
    this.#stream.resume();
  }

  sendBytes(bytes: Buffer): void {
    this.#stream.write(bytes);
  }

  async close(): Promise<void> {
    this.#stream.cancel();
    await this.ended();
    this.#client.close();
  }

  #connect(): Client {
    const own = { 'grpc.use_local_subchannel_pool': 1 };
    if (!this.#proof) return new Client(this.#address, credentials.createInsecure(), own);
    // An address as the name to look for is more than Node's TLS takes.
    const named = { 'grpc.ssl_target_name_override': 'localhost', 'grpc.default_authority': 'localhost' };
    return new Client(this.#address, credentialsOf(this.#proof), { ...own, ...named });
  }

  #open(): ClientDuplexStream<Buffer, Buffer> {
    this.#saidWho = false;
    const same = (bytes: Buffer): Buffer => bytes;
    const stream = this.#client.makeBidiStreamRequest(METHODS[this.#protocol], same, same, metadataOf(this.#proof));
    stream.on('data', (bytes: Buffer) => this.#receive(bytes));
    stream.on('error', (error: ServiceError) => (this.closed ??= { code: error.code, details: error.details }));
    stream.on('end', () => (this.closed ??= { code: status.OK, details: '' }));
    return stream;
  }

  #first(type: XdsType, names: readonly string[], version = ''): void {
    this.#subscribed.set(type, { names: new Set(names), nonce: '', version });
    if (!this.has.has(type)) this.has.set(type, new Map());
    if (this.#protocol === 'sotw') this.#sendSotw(type);
    else this.#sendDelta(type, { subscribe: names, initial: Object.fromEntries(this.has.get(type)!) });
  }

  #sendSotw(type: XdsType, { nonce, error }: { nonce?: string; error?: string | undefined } = {}): void {
    const known = this.#subscribed.get(type)!;
    const request = {
      ...this.#firstOnly(),
      typeUrl: typeUrlOf(type),
      resourceNames: [...known.names],
      versionInfo: known.version,
      responseNonce: nonce ?? known.nonce,
      ...detail(error),
    };
    this.#stream.write(Buffer.from(encodeDiscoveryRequest(request)));
  }

  #sendDelta(
    type: XdsType,
    more: {
      readonly subscribe?: readonly string[];
      readonly unsubscribe?: readonly string[];
      readonly initial?: Readonly<Record<string, string>>;
      readonly nonce?: string;
      readonly error?: string | undefined;
    },
  ): void {
    const request = {
      ...this.#firstOnly(),
      typeUrl: typeUrlOf(type),
      resourceNamesSubscribe: more.subscribe ?? [],
      resourceNamesUnsubscribe: more.unsubscribe ?? [],
      initialResourceVersions: more.initial ?? {},
      responseNonce: more.nonce ?? '',
      ...detail(more.error),
    };
    this.#stream.write(Buffer.from(encodeDeltaDiscoveryRequest(request)));
  }

  #firstOnly(): { readonly node?: NodeSaid } {
    if (this.#saidWho) return {};
    this.#saidWho = true;
    return { node: this.#node };
  }

  #receive(bytes: Buffer): void {
    const response = this.#protocol === 'delta' ? decodeDeltaDiscoveryResponse(bytes) : decodeDiscoveryResponse(bytes);
    const type = xdsTypeOf(response.typeUrl)!;
    this.responses.push({ ...response, type, size: bytes.length });
    const reply = this.reply(response, type);
    const known = this.#subscribed.get(type)!;
    known.nonce = response.nonce;
    if (typeof reply === 'object') {
      this.log.push(`${type} rejected`);
      return this.answer(type, response.nonce, reply.error);
    }
    known.version = response.versionInfo;
    this.log.push([type, ...this.#apply(type, response)].join(' '));
    if (reply === 'ack') this.answer(type, response.nonce);
  }

  #apply(type: XdsType, { resources, removed }: ReceivedResponse): readonly string[] {
    const has = this.has.get(type)!;
    const versions = resources.map(
      ({ name, version, bytes }) => [name, version || Buffer.from(bytes).toString('hex')] as const,
    );
    const isWhole = this.#protocol === 'sotw' && WHOLE.includes(type);
    const different = versions.filter(([name, version]) => !isWhole || has.get(name) !== version).map(([name]) => name);
    const gone = isWhole ? [...has.keys()].filter((name) => !versions.some(([other]) => other === name)) : removed;
    for (const name of gone) has.delete(name);
    for (const [name, version] of versions) has.set(name, version);
    return [...different.sort(), ...[...gone].sort().map((name) => `-${name}`)];
  }
}

export function credentialsOf({ rootPem, certificate, plaintext }: Proof): ChannelCredentials {
  if (plaintext) return credentials.createInsecure();
  if (!certificate) return credentials.createSsl(Buffer.from(rootPem));
  return credentials.createSsl(Buffer.from(rootPem), Buffer.from(certificate.key), Buffer.from(certificate.chain));
}

export function metadataOf(proof: Proof | undefined): Metadata {
  const metadata = new Metadata();
  if (proof?.token !== undefined) metadata.set('authorization', `Bearer ${proof.token}`);
  return metadata;
}

function detail(error: string | undefined): {
  readonly errorDetail?: { readonly code: number; readonly message: string };
} {
  return error === undefined ? {} : { errorDetail: { code: status.INVALID_ARGUMENT, message: error } };
}
