import { anyContent, hasOwnJson } from './any.ts';
import { ProtoJsonError, show } from './json-values.ts';
import { scalars, type WriteValue, writeInt32 } from './scalars.ts';
import { type FieldSchema, messageSchema, type ScalarType, schema } from './schema.ts';
import { isJsonObject, specialWriters } from './special-messages.ts';
import { LENGTH, VARINT, type WireWriter } from './wire-writer.ts';

interface FieldPlan {
  readonly json: string;
  readonly number: number;
  readonly oneof: string | undefined;
  /** Writes tag and value. */
  readonly write: WriteValue;
}

/** How a message of this type is written: compiled once from the schema. Strict: see `ProtoJsonError`. */
export function messageWriter(name: string): WriteValue {
  const known = writers.get(name);
  if (known) return known;
  const write = name === 'google.protobuf.Any' ? writeAny : (specialWriters[name] ?? compile(name));
  writers.set(name, write);
  return write;
}

const writers = new Map<string, WriteValue>();

/** The same, for a message that lies in an Any: its @type stands among its fields. */
function anyBodyWriter(name: string): WriteValue {
  const known = bodyWriters.get(name);
  if (known) return known;
  const write = hasOwnJson(name) ? messageWriter(name) : compile(name, [['@type', TYPE_OF_ANY]]);
  bodyWriters.set(name, write);
  return write;
}

const bodyWriters = new Map<string, WriteValue>();

/** Written by the Any around it. */
const TYPE_OF_ANY: FieldPlan = { json: '@type', number: 0, oneof: undefined, write: () => {} };

/** Fields are planned when a message of the type is first written, so types may contain themselves. */
function compile(name: string, extra: readonly (readonly [string, FieldPlan])[] = []): WriteValue {
  let plans: ReadonlyMap<string, FieldPlan> | undefined;
  return (out, value) => {
    plans ??= new Map([...planFields(name), ...extra]);
    if (!isJsonObject(value)) throw new ProtoJsonError(`must be an object (${name}), not ${show(value)}`);
    writeFields(out, name, plans, value);
  };
}

/** ProtoJSON may use either name of a field. */
function planFields(name: string): ReadonlyMap<string, FieldPlan> {
  const plans = messageSchema(name).fields.map((field) => [field, planField(field)] as const);
  return new Map(plans.flatMap(([field, plan]) => [[field.name, plan] as const, [field.json, plan] as const]));
}

/** In the order of field numbers, whatever the order of keys, so that equal messages are equal bytes. */
function writeFields(
  out: WireWriter,
  name: string,
  plans: ReadonlyMap<string, FieldPlan>,
  message: Readonly<Record<string, unknown>>,
): void {
  const fields = presentFields(name, plans, message);
  for (let i = 0; i < fields.length; i++) {
    const { plan, value } = fields[i]!;
    if (i > 0) checkTwice(fields[i - 1]!.plan, plan);
    try {
      plan.write(out, value);
    } catch (error) {
      throw error instanceof ProtoJsonError ? error.within(plan.json) : error;
    }
  }
  if (fields.length > 1) checkOneofs(fields);
}

interface Present {
  readonly plan: FieldPlan;
  readonly value: unknown;
}

function presentFields(
  name: string,
  plans: ReadonlyMap<string, FieldPlan>,
  message: Readonly<Record<string, unknown>>,
): readonly Present[] {
  const fields: Present[] = [];
  let ordered = true;
  let last = -1;
  for (const key in message) {
    const value = message[key];
    if (value === undefined) continue;
    const plan = plans.get(key);
    if (!plan) throw unknownKey(name, key);
    if (plan.number <= last) ordered = false;
    last = plan.number;
    fields.push({ plan, value });
  }
  return ordered ? fields : fields.sort((a, b) => a.plan.number - b.plan.number);
}

function unknownKey(name: string, key: string): ProtoJsonError {
  return new ProtoJsonError(`${name} has no such field`).within(key);
}

function checkTwice(one: FieldPlan, other: FieldPlan): void {
  if (one === other) throw new ProtoJsonError('is written twice, under both of its names').within(one.json);
}

/** By pairs: a message has few members of oneofs, mostly one. */
function checkOneofs(fields: readonly Present[]): void {
  for (let i = 1; i < fields.length; i++) {
    const { plan, value } = fields[i]!;
    if (plan.oneof === undefined || value === null) continue;
    for (let j = 0; j < i; j++) {
      const other = fields[j]!;
      if (other.plan.oneof !== plan.oneof || other.value === null) continue;
      throw new ProtoJsonError(`only one may be set of ${other.plan.json} and ${plan.json}`).within(plan.json);
    }
  }
}

function planField(field: FieldSchema): FieldPlan {
  const { json, number, oneof } = field;
  return { json, number, oneof, write: field.map ? mapWriter(field) : fieldWriter(field) };
}

function fieldWriter(field: FieldSchema): WriteValue {
  const one = field.type === 'message' ? messagePart(field) : valuePart(field);
  const takesNull = field.of === 'google.protobuf.Value';
  if (field.repeated) return field.type === 'message' ? eachOf(one) : repeatedValues(field, one);
  return (out, value) => {
    if (value !== null || takesNull) one(out, value);
  };
}

/** null stands for the default, and proto3 writes no default: but in a oneof, or `optional`, it is a choice. */
function valuePart(field: FieldSchema): WriteValue {
  const { wire, write, isDefault } = valueWriter(field);
  const tag = ((field.number << 3) | wire) >>> 0;
  const explicit = field.oneof !== undefined || field.optional === true || field.repeated === true;
  return (out, value) => {
    if (!explicit && isDefault(value)) return;
    out.uint32(tag);
    write(out, value);
  };
}

function messagePart(field: FieldSchema): WriteValue {
  const write = messageWriter(field.of!);
  const tag = ((field.number << 3) | LENGTH) >>> 0;
  return (out, value) => {
    out.uint32(tag);
    const start = out.open();
    write(out, value);
    out.close(start);
  };
}

function eachOf(one: WriteValue): WriteValue {
  return (out, values) => eachItem(values, (item) => one(out, item));
}

/** Numbers are packed into one part; strings and bytes are not. */
function repeatedValues(field: FieldSchema, one: WriteValue): WriteValue {
  const { wire, write } = valueWriter(field);
  if (wire === LENGTH) return eachOf(one);
  const tag = ((field.number << 3) | LENGTH) >>> 0;
  return (out, values) => {
    if (Array.isArray(values) && values.length === 0) return;
    out.uint32(tag);
    const start = out.open();
    eachItem(values, (item) => write(out, item));
    out.close(start);
  };
}

function eachItem(values: unknown, write: (item: unknown) => void): void {
  if (values === null) return;
  if (!Array.isArray(values)) throw new ProtoJsonError(`must be a list, not ${show(values)}`);
  let index = 0;
  try {
    for (; index < values.length; index++) write(values[index]);
  } catch (error) {
    throw error instanceof ProtoJsonError ? error.within(`[${index}]`) : error;
  }
}

/** A map is a repeated message {key = 1, value = 2}. Keys are sorted, so that equal maps are equal bytes. */
function mapWriter(field: FieldSchema): WriteValue {
  const key = scalars[field.map!];
  const writeKey: WriteValue =
    field.map === 'bool' ? (out, text) => key.write(out, text === 'true') : (out, text) => key.write(out, text);
  const writeItem =
    field.type === 'message'
      ? messagePart({ ...field, number: 2 })
      : valuePart({ ...field, number: 2, repeated: true });
  const tag = ((field.number << 3) | LENGTH) >>> 0;
  return (out, map) => {
    if (map === null) return;
    if (!isJsonObject(map)) throw new ProtoJsonError(`must be an object, not ${show(map)}`);
    for (const text of Object.keys(map).sort()) {
      if (map[text] === undefined) continue;
      out.uint32(tag);
      const entry = out.open();
      try {
        out.uint32((1 << 3) | key.wire);
        writeKey(out, text);
        writeItem(out, map[text]);
      } catch (error) {
        throw error instanceof ProtoJsonError ? error.within(`["${text}"]`) : error;
      }
      out.close(entry);
    }
  };
}

interface ValueWriter {
  readonly wire: number;
  readonly write: WriteValue;
  readonly isDefault: (value: unknown) => boolean;
}

function valueWriter(field: FieldSchema): ValueWriter {
  return field.type === 'enum' ? enumWriter(field.of!) : scalars[field.type as ScalarType];
}

/** A name, or the number of one. */
function enumWriter(name: string): ValueWriter {
  if (name === 'google.protobuf.NullValue')
    return { wire: VARINT, write: (out) => out.uint32(0), isDefault: () => true };
  const numbers = new Map<unknown, number>();
  for (const [value, number] of Object.entries(schema().enums[name]!)) numbers.set(value, number).set(number, number);
  const write: WriteValue = (out, value) => {
    const number = numbers.get(value);
    if (number === undefined)
      throw new ProtoJsonError(
        `must be one of ${[...numbers.keys()].filter((key) => typeof key === 'string').join(', ')}, not ${show(value)}`,
      );
    writeInt32(out, number);
  };
  return { wire: VARINT, write, isDefault: (value) => numbers.get(value) === 0 };
}

function writeAny(out: WireWriter, value: unknown): void {
  const { name, url, message } = anyContent(value);
  if (name === undefined) return;
  out.uint32((1 << 3) | LENGTH);
  out.string(url);
  out.uint32((2 << 3) | LENGTH);
  const start = out.open();
  anyBodyWriter(name)(out, message);
  out.close(start);
}
