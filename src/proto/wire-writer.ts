/** How a value lies on the wire: https://protobuf.dev/programming-guides/encoding/#structure */
export const VARINT = 0;
export const FIXED64 = 1;
export const LENGTH = 2;
export const FIXED32 = 5;

/** Writes protobuf's wire format into one growing buffer, so that a nested message costs no buffer of its own. */
export class WireWriter {
  #buffer: Buffer;
  #at = 0;

  constructor(size = 4096) {
    this.#buffer = Buffer.allocUnsafe(size);
  }

  clear(): void {
    this.#at = 0;
  }

  /** A copy of what was written since `clear`. */
  finish(): Uint8Array {
    return new Uint8Array(this.#buffer.subarray(0, this.#at));
  }

  /** Opens a length-delimited part. Give what it returns to `close`. */
  open(): number {
    this.#reserve(1);
    return this.#at++;
  }

  /** Nearly all parts are shorter than 128 bytes: one byte was kept for the length, a longer part is moved. */
  close(start: number): void {
    const length = this.#at - start - 1;
    const size = varintSize(length);
    if (size > 1) {
      this.#reserve(size - 1);
      this.#buffer.copyWithin(start + size, start + 1, this.#at);
    }
    this.#at = start;
    this.uint32(length);
    this.#at += length;
  }

  /** A varint of up to 32 bits without sign: tags, lengths, uint32. */
  uint32(value: number): void {
    this.#reserve(5);
    let rest = value;
    while (rest > 0x7f) {
      this.#buffer[this.#at++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.#buffer[this.#at++] = rest;
  }

  /** A varint of up to 64 bits; negative numbers take ten bytes. */
  varint(value: bigint): void {
    this.#reserve(10);
    let rest = BigInt.asUintN(64, value);
    while (rest > 0x7fn) {
      this.#buffer[this.#at++] = Number(rest & 0x7fn) | 0x80;
      rest >>= 7n;
    }
    this.#buffer[this.#at++] = Number(rest);
  }

  fixed32(value: number): void {
    this.#reserve(4);
    this.#at = this.#buffer.writeInt32LE(value | 0, this.#at);
  }

  fixed64(value: bigint): void {
    this.#reserve(8);
    this.#at = this.#buffer.writeBigUInt64LE(BigInt.asUintN(64, value), this.#at);
  }

  float(value: number): void {
    this.#reserve(4);
    this.#at = this.#buffer.writeFloatLE(value, this.#at);
  }

  double(value: number): void {
    this.#reserve(8);
    this.#at = this.#buffer.writeDoubleLE(value, this.#at);
  }

  bytes(value: Uint8Array): void {
    this.uint32(value.length);
    this.raw(value);
  }

  /** Bytes that are in wire format already. */
  raw(value: Uint8Array): void {
    this.#reserve(value.length);
    this.#buffer.set(value, this.#at);
    this.#at += value.length;
  }

  /** With its length. Short ASCII, which is nearly everything, is faster by hand than through a native call. */
  string(value: string): void {
    this.#reserve(value.length * 3 + 5);
    if (value.length < 64 && this.#ascii(value)) return;
    const length = Buffer.byteLength(value);
    this.uint32(length);
    this.#at += this.#buffer.write(value, this.#at);
  }

  #ascii(value: string): boolean {
    const buffer = this.#buffer;
    const start = this.#at + 1;
    for (let i = 0; i < value.length; i++) {
      const code = value.charCodeAt(i);
      if (code > 0x7f) return false;
      buffer[start + i] = code;
    }
    buffer[this.#at] = value.length;
    this.#at = start + value.length;
    return true;
  }

  #reserve(size: number): void {
    if (this.#at + size <= this.#buffer.length) return;
    const grown = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, this.#at + size));
    this.#buffer.copy(grown, 0, 0, this.#at);
    this.#buffer = grown;
  }
}

function varintSize(value: number): number {
  if (value < 0x80) return 1;
  if (value < 0x4000) return 2;
  if (value < 0x200000) return 3;
  return value < 0x10000000 ? 4 : 5;
}
