import { camelCase, formatDuration, formatTimestamp } from './json-values.ts';
import type { JsonValue } from './resource.ts';
import { readScalar } from './scalar-reader.ts';
import type { ScalarType } from './schema.ts';
import { wrapped } from './special-messages.ts';
import { readFields, type WireReader } from './wire-reader.ts';

type Read = (reader: WireReader) => JsonValue;

/** The messages that ProtoJSON writes in a form of their own, except Any: https://protobuf.dev/programming-guides/json/ */
export const specialReaders: Readonly<Record<string, Read>> = {
  ...Object.fromEntries(Object.entries(wrapped).map(([name, type]) => [name, wrapperReader(type)])),
  'google.protobuf.Duration': (reader) => formatDuration(...readInstant(reader)),
  'google.protobuf.Timestamp': (reader) => formatTimestamp(...readInstant(reader)),
  'google.protobuf.FieldMask': readFieldMask,
  'google.protobuf.Empty': readEmpty,
  'google.protobuf.Struct': readStruct,
  'google.protobuf.Value': readValue,
  'google.protobuf.ListValue': readList,
};

function wrapperReader(type: ScalarType): Read {
  const empty = type === 'string' || type === 'bytes' ? '' : type === 'bool' ? false : type.endsWith('64') ? '0' : 0;
  return (reader) => {
    let value: JsonValue = empty;
    readFields(reader, {
      1: (field) => {
        value = readScalar(type, field);
      },
    });
    return value;
  };
}

function readInstant(reader: WireReader): readonly [seconds: bigint, nanos: number] {
  let seconds = 0n;
  let nanos = 0;
  readFields(reader, {
    1: (field) => {
      seconds = BigInt.asIntN(64, field.varint());
    },
    2: (field) => {
      nanos = field.uint32() | 0;
    },
  });
  return [seconds, nanos];
}

function readFieldMask(reader: WireReader): JsonValue {
  const paths: string[] = [];
  readFields(reader, { 1: (field) => paths.push(camelCase(field.string())) });
  return paths.join(',');
}

function readEmpty(reader: WireReader): JsonValue {
  readFields(reader, {});
  return {};
}

function readStruct(reader: WireReader): JsonValue {
  const struct: Record<string, JsonValue> = {};
  readFields(reader, {
    1: (field) => {
      const [key, value] = readEntry(field.message());
      struct[key] = value;
    },
  });
  return struct;
}

function readEntry(entry: WireReader): readonly [string, JsonValue] {
  let key = '';
  let value: JsonValue = null;
  readFields(entry, {
    1: (field) => {
      key = field.string();
    },
    2: (field) => {
      value = readValue(field.message());
    },
  });
  return [key, value];
}

function readList(reader: WireReader): JsonValue {
  const values: JsonValue[] = [];
  readFields(reader, { 1: (field) => values.push(readValue(field.message())) });
  return values;
}

/** The members of the oneof `kind`: https://protobuf.dev/reference/protobuf/google.protobuf/#value */
function readValue(reader: WireReader): JsonValue {
  let value: JsonValue = null;
  const keep = (read: Read) => (field: WireReader) => {
    value = read(field);
  };
  readFields(reader, {
    2: keep((field) => readScalar('double', field)),
    3: keep((field) => field.string()),
    4: keep((field) => readScalar('bool', field)),
    5: keep((field) => readStruct(field.message())),
    6: keep((field) => readList(field.message())),
  });
  return value;
}
