import { hasOwnJson, messageName } from './any.ts';
import type { JsonObject, JsonValue } from './resource.ts';
import { readScalar } from './scalar-reader.ts';
import { type FieldSchema, messageSchema, type ScalarType, schema } from './schema.ts';
import { specialReaders } from './special-reader.ts';
import { WireReader } from './wire-reader.ts';
import { LENGTH } from './wire-writer.ts';

/** Reads a message as canonical ProtoJSON. Fields that the schema does not know are left out. */
export type ReadMessage = (reader: WireReader) => JsonValue;

/** What is written for an Any whose message is not in the schema: its bytes, in base64, under this key. */
export const OPAQUE = '@bytes';

/**
 * How a message of this type is read: camelCase keys in the order of field numbers, Anys expanded, defaults left out.
 * Compiled once from the schema.
 */
export function messageReader(name: string): ReadMessage {
  const known = readers.get(name);
  if (known) return known;
  const read = name === 'google.protobuf.Any' ? readAny : (specialReaders[name] ?? compile(name));
  readers.set(name, read);
  return read;
}

const readers = new Map<string, ReadMessage>();

interface FieldPlan {
  readonly field: FieldSchema;
  readonly order: number;
  readonly read: (reader: WireReader, wireType: number, before: JsonValue | undefined) => JsonValue | undefined;
}

function compile(name: string): ReadMessage {
  let plans: readonly (FieldPlan | undefined)[] | undefined;
  return (reader) => {
    plans ??= planFields(name);
    return readFields(reader, plans);
  };
}

/** By field number; the few large numbers make no difference to a sparse array. */
function planFields(name: string): readonly (FieldPlan | undefined)[] {
  const plans: FieldPlan[] = [];
  messageSchema(name).fields.forEach((field, order) => {
    plans[field.number] = { field, order, read: fieldReader(field) };
  });
  return plans;
}

function readFields(reader: WireReader, plans: readonly (FieldPlan | undefined)[]): JsonObject {
  const found: { readonly plan: FieldPlan; value: JsonValue | undefined }[] = [];
  while (!reader.done) {
    const tag = reader.tag();
    const plan = plans[tag >>> 3];
    if (!plan) {
      reader.skip(tag & 7);
      continue;
    }
    const before = found.find((one) => one.plan === plan);
    const value = plan.read(reader, tag & 7, before?.value);
    if (before) before.value = value;
    else found.push({ plan, value });
  }
  return toJson(found);
}

function toJson(found: { readonly plan: FieldPlan; readonly value: JsonValue | undefined }[]): JsonObject {
  found.sort((a, b) => a.plan.order - b.plan.order);
  const json: Record<string, JsonValue> = {};
  for (const { plan, value } of found) if (value !== undefined) json[plan.field.json] = value;
  return json;
}

function fieldReader(field: FieldSchema): FieldPlan['read'] {
  if (field.map !== undefined) return mapReader(field);
  const one = valueReader(field);
  if (field.repeated) return listReader(field, one);
  const plain = field.type !== 'message' && field.oneof === undefined && !field.optional;
  return (reader) => {
    const value = one(reader);
    return plain && isDefault(field, value) ? undefined : value;
  };
}

function isDefault(field: FieldSchema, value: JsonValue): boolean {
  if (field.type === 'enum') return schema().enums[field.of!]![String(value)] === 0;
  return value === '' || value === 0 || value === '0' || value === false;
}

/** Numbers may come packed or one by one. */
function listReader(field: FieldSchema, one: ReadMessage): FieldPlan['read'] {
  const packable = field.type !== 'message' && field.type !== 'string' && field.type !== 'bytes';
  return (reader, wireType, before) => {
    const values = (before ?? []) as JsonValue[];
    if (!packable || wireType !== LENGTH) {
      values.push(one(reader));
      return values;
    }
    const packed = reader.message();
    while (!packed.done) values.push(one(packed));
    return values.length === 0 ? undefined : values;
  };
}

function mapReader(field: FieldSchema): FieldPlan['read'] {
  const readItem = valueReader(field);
  return (reader, _wireType, before) => {
    const map = (before ?? {}) as Record<string, JsonValue>;
    const entry = reader.message();
    let key: JsonValue = field.map === 'string' ? '' : field.map === 'bool' ? false : 0;
    let value: JsonValue | undefined;
    while (!entry.done) {
      const tag = entry.tag();
      if (tag >>> 3 === 1) key = readScalar(field.map!, entry);
      else if (tag >>> 3 === 2) value = readItem(entry);
      else entry.skip(tag & 7);
    }
    map[String(key)] = value ?? emptyValue(field);
    return map;
  };
}

function emptyValue(field: FieldSchema): JsonValue {
  if (field.type === 'message') return messageReader(field.of!)(new WireReader(new Uint8Array()));
  if (field.type === 'enum') return enumName(field.of!, 0);
  return field.type === 'string' || field.type === 'bytes' ? '' : field.type === 'bool' ? false : 0;
}

function valueReader(field: FieldSchema): ReadMessage {
  if (field.type === 'enum') return (reader) => enumName(field.of!, readScalar('int32', reader) as number);
  if (field.type !== 'message') return (reader) => readScalar(field.type as ScalarType, reader);
  const read = messageReader(field.of!);
  return (reader) => read(reader.message());
}

/** The first name of a number; one that only a newer Envoy can name stays a number. */
function enumName(name: string, number: number): JsonValue {
  if (name === 'google.protobuf.NullValue') return null;
  let byNumber = enumNames.get(name);
  if (!byNumber) {
    const values = Object.entries(schema().enums[name]!).map(([value, given]) => [given, value] as const);
    byNumber = new Map(values.reverse());
    enumNames.set(name, byNumber);
  }
  return byNumber.get(number) ?? number;
}

const enumNames = new Map<string, ReadonlyMap<number, string>>();

function readAny(reader: WireReader): JsonValue {
  let url = '';
  let bytes: Uint8Array = new Uint8Array();
  while (!reader.done) {
    const tag = reader.tag();
    if (tag >>> 3 === 1) url = reader.string();
    else if (tag >>> 3 === 2) bytes = reader.bytes();
    else reader.skip(tag & 7);
  }
  if (url === '' && bytes.length === 0) return {};
  const name = messageName(url);
  if (name === undefined) return { '@type': url, [OPAQUE]: Buffer.from(bytes).toString('base64') };
  const message = messageReader(name)(new WireReader(bytes));
  return hasOwnJson(name) ? { '@type': url, value: message } : { '@type': url, ...(message as JsonObject) };
}
