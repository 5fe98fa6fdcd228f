import protobuf from 'protobufjs';
import type { FieldSchema, MessageSchema, Rules, ScalarType, Schema } from '../src/proto/schema.ts';

/** Comments of the protos: by message name, and by `message/field`. */
export type Comments = ReadonlyMap<string, string>;

/** Descriptors that describe other descriptors: never configuration. */
const ABOUT_PROTOS =
  /^(?:validate|udpa\.annotations|xds\.annotations|envoy\.annotations)\.|^google\.(?:protobuf|api\.[A-Z])/;

const WELL_KNOWN =
  /^google\.protobuf\.(?:Any|Duration|Timestamp|Empty|FieldMask|Struct|Value|ListValue|NullValue|(?:Double|Float|U?Int(?:32|64)|Bool|String|Bytes)Value)$/;

/** A protobufjs root as plain data with all names resolved, so that a start reads it with nothing but JSON.parse. */
export function schemaOf(root: protobuf.Root): { schema: Schema; comments: Comments } {
  const messages: Record<string, MessageSchema> = {};
  const enums: Record<string, Record<string, number>> = {};
  const comments = new Map<string, string>();
  for (const one of descendants(root)) {
    const name = fullName(one);
    if (ABOUT_PROTOS.test(name) && !WELL_KNOWN.test(name)) continue;
    if (one instanceof protobuf.Enum) enums[name] = one.values;
    if (one instanceof protobuf.Type) messages[name] = messageSchema(one);
    if (one.comment) comments.set(name, one.comment);
    if (one instanceof protobuf.Type) {
      for (const field of one.fieldsArray) if (field.comment) comments.set(`${name}/${field.name}`, field.comment);
    }
  }
  return { schema: { messages: sorted(messages), enums: sorted(enums) }, comments };
}

function* descendants(namespace: protobuf.NamespaceBase): Generator<protobuf.ReflectionObject> {
  for (const nested of namespace.nestedArray) {
    yield nested;
    if (nested instanceof protobuf.Namespace) yield* descendants(nested);
  }
}

function messageSchema(type: protobuf.Type): MessageSchema {
  const fields = [...type.fieldsArray].sort((a, b) => a.id - b.id).map(fieldSchema);
  const required = type.oneofsArray.filter((oneof) => option(oneof, '(validate.required)') === true);
  return { fields, ...(required.length > 0 && { required: required.map((oneof) => oneof.name) }) };
}

function fieldSchema(field: protobuf.Field): FieldSchema {
  const rules = rulesOf(field);
  const of = field.resolvedType ? fullName(field.resolvedType) : undefined;
  if (of === undefined && !(field.type in protobuf.types.basic))
    throw new Error(`${field.fullName}: no type ${field.type}`);
  const optional = field.options?.['proto3_optional'] === true;
  return {
    name: field.name,
    json: jsonName(field),
    number: field.id,
    type: field.resolvedType instanceof protobuf.Enum ? 'enum' : of ? 'message' : (field.type as ScalarType),
    ...(of !== undefined && { of }),
    ...(field.repeated && { repeated: true as const }),
    ...(field instanceof protobuf.MapField && { map: field.keyType as ScalarType }),
    ...(field.partOf && !optional && { oneof: field.partOf.name }),
    ...(optional && { optional: true as const }),
    ...(rules && { rules }),
  };
}

/** protoc's rule: an underscore goes, the letter after it is a capital. */
function jsonName(field: protobuf.Field): string {
  const own = field.options?.['json_name'];
  return typeof own === 'string' ? own : field.name.replace(/_+(.?)/g, (_all, letter: string) => letter.toUpperCase());
}

function rulesOf(field: protobuf.Field): Rules | undefined {
  const rules = option(field, '(validate.rules)');
  return rules === undefined ? undefined : (rules as Rules);
}

/** The value of an option, which a .proto may have written in several pieces. */
function option(one: protobuf.Field | protobuf.OneOf, name: string): unknown {
  const pieces = ((one.parsedOptions ?? []) as readonly Record<string, unknown>[]).flatMap((options) =>
    Object.hasOwn(options, name) ? [options[name]] : [],
  );
  return pieces.length > 0 ? pieces.reduce(merge) : undefined;
}

function merge(a: unknown, b: unknown): unknown {
  if (!isRecord(a) || !isRecord(b)) return b;
  const merged: Record<string, unknown> = { ...a };
  for (const [key, value] of Object.entries(b)) merged[key] = key in merged ? merge(merged[key], value) : value;
  return merged;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function fullName(one: protobuf.ReflectionObject): string {
  return one.fullName.replace(/^\./, '');
}

function sorted<T>(record: Record<string, T>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}
