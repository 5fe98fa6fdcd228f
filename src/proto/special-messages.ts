import { ProtoJsonError, parseDuration, parseTimestamp, show, snakeCase } from './json-values.ts';
import { scalars, type WriteValue, writeInt32 } from './scalars.ts';
import type { ScalarType } from './schema.ts';
import { LENGTH, type WireWriter } from './wire-writer.ts';

/** Wrappers: a bare value in JSON, a message with one field on the wire. */
export const wrapped: Readonly<Record<string, ScalarType>> = {
  'google.protobuf.DoubleValue': 'double',
  'google.protobuf.FloatValue': 'float',
  'google.protobuf.Int64Value': 'int64',
  'google.protobuf.UInt64Value': 'uint64',
  'google.protobuf.Int32Value': 'int32',
  'google.protobuf.UInt32Value': 'uint32',
  'google.protobuf.BoolValue': 'bool',
  'google.protobuf.StringValue': 'string',
  'google.protobuf.BytesValue': 'bytes',
};

/** The messages that ProtoJSON writes in a form of their own, except Any: https://protobuf.dev/programming-guides/json/ */
export const specialWriters: Readonly<Record<string, WriteValue>> = {
  ...Object.fromEntries(Object.entries(wrapped).map(([name, type]) => [name, wrapperWriter(type)])),
  'google.protobuf.Duration': (out, value) => writeInstant(out, parseDuration(value)),
  'google.protobuf.Timestamp': (out, value) => writeInstant(out, parseTimestamp(value)),
  'google.protobuf.FieldMask': writeFieldMask,
  'google.protobuf.Empty': writeEmpty,
  'google.protobuf.Struct': writeStruct,
  'google.protobuf.Value': writeValue,
  'google.protobuf.ListValue': writeList,
};

function wrapperWriter(type: ScalarType): WriteValue {
  const scalar = scalars[type];
  return (out, value) => {
    if (scalar.isDefault(value)) return;
    out.uint32((1 << 3) | scalar.wire);
    scalar.write(out, value);
  };
}

function writeInstant(out: WireWriter, instant: { readonly seconds: bigint; readonly nanos: number }): void {
  if (instant.seconds !== 0n) {
    out.uint32(1 << 3);
    out.varint(instant.seconds);
  }
  if (instant.nanos !== 0) {
    out.uint32(2 << 3);
    writeInt32(out, instant.nanos);
  }
}

function writeEmpty(_out: WireWriter, value: unknown): void {
  if (value !== undefined && (!isJsonObject(value) || Object.keys(value).length > 0)) {
    throw new ProtoJsonError(`must be empty, not ${show(value)}`);
  }
}

function writeFieldMask(out: WireWriter, value: unknown): void {
  if (typeof value !== 'string') throw new ProtoJsonError(`must be a field mask like "a.b,c", not ${show(value)}`);
  for (const path of value === '' ? [] : value.split(',')) {
    out.uint32((1 << 3) | LENGTH);
    out.string(snakeCase(path));
  }
}

/** Keys sorted, as in every map, so that equal values are equal bytes. */
function writeStruct(out: WireWriter, value: unknown): void {
  if (!isJsonObject(value)) throw new ProtoJsonError(`must be an object, not ${show(value)}`);
  for (const key of Object.keys(value).sort()) {
    if (value[key] === undefined) continue;
    out.uint32((1 << 3) | LENGTH);
    const entry = out.open();
    out.uint32((1 << 3) | LENGTH);
    out.string(key);
    writePart(out, 2, writeValue, value[key], key);
    out.close(entry);
  }
}

function writeList(out: WireWriter, value: unknown): void {
  if (!Array.isArray(value)) throw new ProtoJsonError(`must be a list, not ${show(value)}`);
  value.forEach((item, index) => {
    writePart(out, 1, writeValue, item, `[${index}]`);
  });
}

/** The members of the oneof `kind`: https://protobuf.dev/reference/protobuf/google.protobuf/#value */
function writeValue(out: WireWriter, value: unknown): void {
  if (value === null) {
    out.uint32(1 << 3);
    out.uint32(0);
  } else if (typeof value === 'number' && Number.isFinite(value)) {
    out.uint32((2 << 3) | scalars.double.wire);
    out.double(value);
  } else if (typeof value === 'string') {
    out.uint32((3 << 3) | LENGTH);
    out.string(value);
  } else if (typeof value === 'boolean') {
    out.uint32(4 << 3);
    out.uint32(value ? 1 : 0);
  } else if (Array.isArray(value)) {
    writePart(out, 6, writeList, value);
  } else if (isJsonObject(value)) {
    writePart(out, 5, writeStruct, value);
  } else {
    throw new ProtoJsonError(`is not JSON: ${show(value)}`);
  }
}

function writePart(out: WireWriter, number: number, write: WriteValue, value: unknown, step?: string): void {
  out.uint32((number << 3) | LENGTH);
  const start = out.open();
  try {
    write(out, value);
  } catch (error) {
    throw error instanceof ProtoJsonError && step !== undefined ? error.within(step) : error;
  }
  out.close(start);
}

export function isJsonObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
