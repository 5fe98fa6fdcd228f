import type { JsonValue } from './resource.ts';
import type { ScalarType } from './schema.ts';
import type { WireReader } from './wire-reader.ts';

/** One value as ProtoJSON: 64-bit integers as strings, bytes in base64. */
export function readScalar(type: ScalarType, reader: WireReader): JsonValue {
  switch (type) {
    case 'string':
      return reader.string();
    case 'bool':
      return reader.varint() !== 0n;
    case 'bytes':
      return Buffer.from(reader.bytes()).toString('base64');
    case 'uint32':
      return reader.uint32();
    case 'int32':
      return reader.uint32() | 0;
    case 'sint32':
      return unzigzag32(reader.uint32());
    case 'fixed32':
      return reader.fixed32();
    case 'sfixed32':
      return reader.fixed32() | 0;
    case 'uint64':
      return String(reader.varint());
    case 'int64':
      return String(BigInt.asIntN(64, reader.varint()));
    case 'sint64':
      return String(unzigzag64(reader.varint()));
    case 'fixed64':
      return String(reader.fixed64());
    case 'sfixed64':
      return String(BigInt.asIntN(64, reader.fixed64()));
    case 'float':
      return real(shortest(reader.float()));
    case 'double':
      return real(reader.double());
  }
}

/** JSON has no other numbers. */
function real(value: number): JsonValue {
  return Number.isFinite(value) ? value : String(value);
}

/** The shortest decimal that reads back as the same 32-bit float: 0.1, not 0.10000000149011612. */
function shortest(value: number): number {
  if (!Number.isFinite(value) || Number.isInteger(value)) return value;
  for (let digits = 1; digits < 9; digits++) {
    const shorter = Number(value.toPrecision(digits));
    if (Math.fround(shorter) === value) return shorter;
  }
  return value;
}

function unzigzag32(value: number): number {
  return (value >>> 1) ^ -(value & 1);
}

function unzigzag64(value: bigint): bigint {
  return (value >> 1n) ^ -(value & 1n);
}
