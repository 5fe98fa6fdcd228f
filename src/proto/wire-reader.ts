import { FIXED32, FIXED64, LENGTH, VARINT } from './wire-writer.ts';

/** Bytes that are not the message they were said to be. A peer's mistake, or a file's: never ours. */
export class DecodeError extends Error {
  override readonly name = 'DecodeError';
}

/** Reads protobuf's wire format. A nested message is a reader on a part of the same bytes. */
export class WireReader {
  readonly #bytes: Buffer;
  readonly #end: number;
  #at: number;

  constructor(bytes: Uint8Array, start = 0, end = bytes.length) {
    this.#bytes = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#at = start;
    this.#end = end;
  }

  get done(): boolean {
    return this.#at >= this.#end;
  }

  /** Field number × 8 + wire type. */
  tag(): number {
    const tag = this.uint32();
    if (tag >>> 3 === 0) throw new DecodeError(`field number 0 before byte ${this.#at}`);
    return tag;
  }

  /** A varint of which the lowest 32 bits count. */
  uint32(): number {
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = this.#byte();
      if (shift < 32) value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
    }
    throw new DecodeError(`a varint of more than ten bytes before byte ${this.#at}`);
  }

  varint(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.#byte();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw new DecodeError(`a varint of more than ten bytes before byte ${this.#at}`);
  }

  fixed32(): number {
    return this.#bytes.readUInt32LE(this.#take(4));
  }

  fixed64(): bigint {
    return this.#bytes.readBigUInt64LE(this.#take(8));
  }

  float(): number {
    return this.#bytes.readFloatLE(this.#take(4));
  }

  double(): number {
    return this.#bytes.readDoubleLE(this.#take(8));
  }

  string(): string {
    const length = this.uint32();
    const start = this.#take(length);
    return this.#bytes.toString('utf8', start, start + length);
  }

  /** A view, not a copy. */
  bytes(): Uint8Array {
    const length = this.uint32();
    const start = this.#take(length);
    return this.#bytes.subarray(start, start + length);
  }

  /** From the current value of a field to the last that directly follows with the same tag: the tags between included. */
  span(tag: number): Uint8Array {
    const start = this.#at;
    let end = start;
    do {
      this.skip(tag & 7);
      end = this.#at;
    } while (!this.done && this.tag() === tag);
    this.#at = end;
    return this.#bytes.subarray(start, end);
  }

  message(): WireReader {
    const length = this.uint32();
    const start = this.#take(length);
    return new WireReader(this.#bytes, start, start + length);
  }

  skip(wireType: number): void {
    if (wireType === VARINT) this.varint();
    else if (wireType === FIXED64) this.#take(8);
    else if (wireType === LENGTH) this.#take(this.uint32());
    else if (wireType === FIXED32) this.#take(4);
    else throw new DecodeError(`wire type ${wireType} before byte ${this.#at}`);
  }

  #byte(): number {
    return this.#bytes[this.#take(1)]!;
  }

  #take(size: number): number {
    const start = this.#at;
    if (start + size > this.#end) throw new DecodeError(`ends ${start + size - this.#end} bytes too early`);
    this.#at = start + size;
    return start;
  }
}

/** Reads a message field by field, by number; a field without a reader is stepped over. */
export function readFields(
  reader: WireReader,
  readers: Readonly<Record<number, (field: WireReader) => unknown>>,
): void {
  while (!reader.done) {
    const tag = reader.tag();
    const read = readers[tag >>> 3];
    if (read) read(reader);
    else reader.skip(tag & 7);
  }
}
