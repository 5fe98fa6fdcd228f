import { connect } from 'node:http2';
import { decodeDeltaDiscoveryResponse, type ReceivedResponse } from '../../src/proto/index.ts';

const METHOD = '/envoy.service.discovery.v3.AggregatedDiscoveryService/DeltaAggregatedResources';
/** Envoy's default is 256 MiB: https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/core/v3/protocol.proto#config-core-v3-http2protocoloptions */
const WINDOW = 16 * 1024 * 1024;

export interface AdsStream {
  readonly send: (request: Uint8Array) => void;
  readonly close: () => void;
}

/**
 * A delta stream of one sidecar, by hand: a gRPC library copies each message out of its frames, and 500 sidecars on the
 * server's own two cores would then cost more than the server that is measured.
 */
export function openStream(address: string, receive: (response: ReceivedResponse, bytes: number) => void): AdsStream {
  const session = connect(`http://${address}`, { settings: { initialWindowSize: WINDOW, enablePush: false } });
  session.once('connect', () => session.setLocalWindowSize(WINDOW));
  session.on('error', () => {});
  const stream = session.request({
    ':method': 'POST',
    ':path': METHOD,
    'content-type': 'application/grpc',
    te: 'trailers',
  });
  stream.on('data', readMessages(receive));
  stream.on('error', () => {});
  // A bench with fewer sidecars would print better figures, or wait for ever.
  stream.once('close', () => {
    if (!closed) throw new Error('the server ended a stream');
  });
  let closed = false;
  return {
    send: (request) => void stream.write(framed(request)),
    close: () => {
      closed = true;
      session.destroy();
    },
  };
}

/** https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md#requests */
function framed(message: Uint8Array): Buffer {
  const bytes = Buffer.alloc(PREFIX + message.length);
  bytes.writeUInt32BE(message.length, 1);
  bytes.set(message, PREFIX);
  return bytes;
}

const PREFIX = 5;

function readMessages(receive: (response: ReceivedResponse, bytes: number) => void): (chunk: Buffer) => void {
  let prefix = NOTHING;
  let message: Incoming | undefined;
  return (chunk) => {
    let rest = chunk;
    while (rest.length > 0) {
      if (!message) {
        const need = PREFIX - prefix.length;
        prefix = Buffer.concat([prefix, rest.subarray(0, need)]);
        rest = rest.subarray(need);
        if (prefix.length < PREFIX) return;
        message = new Incoming(prefix.readUInt32BE(1));
        prefix = NOTHING;
      }
      rest = message.take(rest);
      if (!message.isWhole) return;
      receive(message.read(), message.length);
      message = undefined;
    }
  };
}

const NOTHING = Buffer.alloc(0);

interface Known {
  readonly bytes: Buffer;
  readonly response: ReceivedResponse;
}

/** Most sidecars of a namespace receive the very same bytes: they are put together and read once. By length. */
const known = new Map<number, readonly Known[]>();
const LENGTHS = 4_096;

class Incoming {
  readonly length: number;
  #at = 0;
  #chunks: Buffer[] = [];
  #alike: readonly Known[];

  constructor(length: number) {
    this.length = length;
    this.#alike = known.get(length) ?? [];
  }

  get isWhole(): boolean {
    return this.#at === this.length;
  }

  /** Gives what belongs to the next message. */
  take(bytes: Buffer): Buffer {
    const part = bytes.subarray(0, this.length - this.#at);
    const end = this.#at + part.length;
    const alike = this.#alike.filter((other) => part.equals(other.bytes.subarray(this.#at, end)));
    if (alike.length === 0) {
      const [last] = this.#alike;
      if (last) this.#chunks.push(last.bytes.subarray(0, this.#at));
      this.#chunks.push(part);
    }
    this.#alike = alike;
    this.#at = end;
    return bytes.subarray(part.length);
  }

  read(): ReceivedResponse {
    const [same] = this.#alike;
    if (same) return same.response;
    const bytes = Buffer.concat(this.#chunks);
    const response = decodeDeltaDiscoveryResponse(bytes);
    if (known.size > LENGTHS) known.clear();
    known.set(bytes.length, [{ bytes, response }, ...(known.get(bytes.length) ?? []).slice(0, 63)]);
    return response;
  }
}
