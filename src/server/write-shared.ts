import type { ServerHttp2Stream } from 'node:http2';
import { Metadata, type ServerDuplexStream } from '@grpc/grpc-js';

/** From this size on two writes cost less than a copy. */
const LARGE_BYTES = 16 * 1024;

/**
 * How responses leave. grpc-js copies each message to put five bytes before it: 500 proxies that are sent the same 4 MB
 * make 2 GB of garbage, and collecting that costs more than everything else together (docs/decisions/0003). So the HTTP/2
 * stream below is written to, and the bytes of a large response are the same ones for all. Where grpc-js has no such
 * stream, it does the writing.
 */
export function createWriter(call: ServerDuplexStream<Buffer, Buffer>): (bytes: Buffer, written: () => void) => void {
  const stream = (call as unknown as { readonly call?: { readonly stream?: ServerHttp2Stream } }).call?.stream;
  if (typeof stream?.write !== 'function') return (bytes, written) => void call.write(bytes, written);
  call.sendMetadata(new Metadata());
  return (bytes, written) => {
    if (stream.destroyed || stream.writableEnded) return;
    const done = (error?: Error | null): void => {
      if (!error) written();
    };
    if (bytes.length < LARGE_BYTES) return void stream.write(Buffer.concat([prefix(bytes.length), bytes]), done);
    stream.cork();
    stream.write(prefix(bytes.length));
    stream.write(bytes, done);
    stream.uncork();
  };
}

/** Not compressed, and the length: https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md#requests */
function prefix(length: number): Buffer {
  const bytes = Buffer.alloc(5);
  bytes.writeUInt32BE(length, 1);
  return bytes;
}
