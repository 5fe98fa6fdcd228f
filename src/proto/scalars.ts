import { ProtoJsonError, parseBytes, show } from './json-values.ts';
import type { ScalarType } from './schema.ts';
import { FIXED32, FIXED64, LENGTH, VARINT, type WireWriter } from './wire-writer.ts';

/** Writes a value without its tag. Throws when it is not of the type. */
export type WriteValue = (out: WireWriter, value: unknown) => void;

export interface Scalar {
  readonly wire: number;
  readonly write: WriteValue;
  /** Whether it is the value that proto3 leaves out. */
  readonly isDefault: (value: unknown) => boolean;
}

const isZero = (value: unknown) => value === 0 || value === '0';
const varint = (write: WriteValue): Scalar => ({ wire: VARINT, write, isDefault: isZero });
const fixed32 = (write: WriteValue): Scalar => ({ wire: FIXED32, write, isDefault: isZero });
const fixed64 = (write: WriteValue): Scalar => ({ wire: FIXED64, write, isDefault: isZero });

/** https://protobuf.dev/programming-guides/json/#field-representation */
export const scalars: Readonly<Record<ScalarType, Scalar>> = {
  bool: {
    wire: VARINT,
    write: (out, value) => out.uint32(boolean(value) ? 1 : 0),
    isDefault: (value) => value === false,
  },
  string: { wire: LENGTH, write: (out, value) => out.string(string(value)), isDefault: (value) => value === '' },
  bytes: { wire: LENGTH, write: (out, value) => out.bytes(parseBytes(value)), isDefault: (value) => value === '' },
  uint32: varint((out, value) => out.uint32(unsigned32(value))),
  int32: varint((out, value) => writeInt32(out, signed32(value))),
  sint32: varint((out, value) => out.uint32(zigzag32(signed32(value)))),
  fixed32: fixed32((out, value) => out.fixed32(unsigned32(value))),
  sfixed32: fixed32((out, value) => out.fixed32(signed32(value))),
  uint64: varint((out, value) => out.varint(unsigned64(value))),
  int64: varint((out, value) => out.varint(signed64(value))),
  sint64: varint((out, value) => out.varint(zigzag64(signed64(value)))),
  fixed64: fixed64((out, value) => out.fixed64(unsigned64(value))),
  sfixed64: fixed64((out, value) => out.fixed64(signed64(value))),
  float: fixed32((out, value) => out.float(float(value))),
  double: fixed64((out, value) => out.double(real(value))),
};

/** Also what an enum is on the wire: a negative number takes ten bytes. */
export function writeInt32(out: WireWriter, value: number): void {
  if (value < 0) out.varint(BigInt(value));
  else out.uint32(value);
}

function boolean(value: unknown): boolean {
  if (typeof value !== 'boolean') throw new ProtoJsonError(`must be true or false, not ${show(value)}`);
  return value;
}

function string(value: unknown): string {
  if (typeof value !== 'string') throw new ProtoJsonError(`must be a string, not ${show(value)}`);
  return value;
}

function unsigned32(value: unknown): number {
  return integer(value, 0, 0xffffffff);
}

function signed32(value: unknown): number {
  return integer(value, -0x80000000, 0x7fffffff);
}

function integer(value: unknown, least: number, most: number): number {
  const number = typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isInteger(number) || number < least || number > most) {
    throw new ProtoJsonError(`must be an integer from ${least} to ${most}, not ${show(value)}`);
  }
  return number;
}

function unsigned64(value: unknown): bigint {
  return bigInteger(value, 0n, 0xffff_ffff_ffff_ffffn);
}

function signed64(value: unknown): bigint {
  return bigInteger(value, -0x8000_0000_0000_0000n, 0x7fff_ffff_ffff_ffffn);
}

function bigInteger(value: unknown, least: bigint, most: bigint): bigint {
  const whole = typeof value === 'string' ? /^-?\d+$/.test(value) : Number.isSafeInteger(value);
  const number = whole ? BigInt(value as string | number) : undefined;
  if (number === undefined || number < least || number > most) {
    throw new ProtoJsonError(
      `must be an integer from ${least} to ${most} (a string when it is large), not ${show(value)}`,
    );
  }
  return number;
}

function real(value: unknown): number {
  if (typeof value === 'number') return value;
  const special = value === 'NaN' || value === 'Infinity' || value === '-Infinity';
  const text = typeof value === 'string' && (special || /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(value));
  if (!text) throw new ProtoJsonError(`must be a number, not ${show(value)}`);
  return Number(value);
}

function float(value: unknown): number {
  const number = real(value);
  if (Number.isFinite(number) && !Number.isFinite(Math.fround(number))) {
    throw new ProtoJsonError(`is too large for a 32-bit float: ${show(value)}`);
  }
  return number;
}

function zigzag32(value: number): number {
  return ((value << 1) ^ (value >> 31)) >>> 0;
}

function zigzag64(value: bigint): bigint {
  return (value << 1n) ^ (value >> 63n);
}
