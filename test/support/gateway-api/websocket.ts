import { createHash, randomBytes } from 'node:crypto';
import type { Duplex } from 'node:stream';

/** As much of WebSocket as a test needs: short messages of one frame. https://datatracker.ietf.org/doc/html/rfc6455 */
export interface Frame {
  readonly kind: 'text' | 'binary' | 'close';
  readonly payload: Buffer;
}

const OPCODES = { text: 0x1, binary: 0x2, close: 0x8 } as const;
const LONGEST = 65_535;

export function newKey(): string {
  return randomBytes(16).toString('base64');
}

/** `Sec-WebSocket-Accept` for a key. */
export function acceptOf(key: string): string {
  return createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
}

/** Clients mask what they say, servers do not. */
export function encodeFrame({ kind, payload }: Frame, masked = false): Buffer {
  if (payload.length > LONGEST) throw new Error(`a frame of ${payload.length} bytes is longer than tests have`);
  const long = payload.length > 125;
  const head = Buffer.alloc(long ? 4 : 2);
  head[0] = 0x80 | OPCODES[kind];
  head[1] = (masked ? 0x80 : 0) | (long ? 126 : payload.length);
  if (long) head.writeUInt16BE(payload.length, 2);
  if (!masked) return Buffer.concat([head, payload]);
  const mask = randomBytes(4);
  return Buffer.concat([head, mask, unmask(payload, mask)]);
}

/** Tells every whole frame that arrives. `head`: bytes of the stream that somebody has already read. */
export function onFrames(stream: Duplex, head: Buffer, tell: (frame: Frame) => void): void {
  let rest = head;
  const take = (): void => {
    for (let next = decode(rest); next; next = decode(rest)) {
      rest = rest.subarray(next.length);
      tell(next.frame);
    }
  };
  stream.on('data', (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk]);
    take();
  });
  take();
}

function decode(bytes: Buffer): { readonly frame: Frame; readonly length: number } | undefined {
  if (bytes.length < 2) return undefined;
  const isMasked = bytes[1]! >= 0x80;
  const short = bytes[1]! & 0x7f;
  if (short === 127) throw new Error('a frame is longer than tests have');
  const start = (short === 126 ? 4 : 2) + (isMasked ? 4 : 0);
  if (bytes.length < start) return undefined;
  const end = start + (short === 126 ? bytes.readUInt16BE(2) : short);
  if (bytes.length < end) return undefined;
  const payload = bytes.subarray(start, end);
  return {
    frame: {
      kind: kindOf(bytes[0]! & 0x0f),
      payload: isMasked ? unmask(payload, bytes.subarray(start - 4, start)) : payload,
    },
    length: end,
  };
}

function kindOf(opcode: number): Frame['kind'] {
  if (opcode === OPCODES.text) return 'text';
  if (opcode === OPCODES.binary) return 'binary';
  return 'close';
}

function unmask(payload: Buffer, mask: Buffer): Buffer {
  return Buffer.from(payload.map((byte, i) => byte ^ mask[i % 4]!));
}
