import type { FieldSchema, MessageSchema, ScalarType, Schema } from '../src/proto/schema.ts';
import type { Comments } from './schema-of-root.ts';

const HEADER = `// Made by scripts/generate-types.ts. Do not edit.
import type { Duration, Int64, TypedAny } from '../json-types.ts';
import type { JsonObject, JsonValue } from '../resource.ts';
`;

/** The messages that ProtoJSON writes in a form of their own: https://protobuf.dev/programming-guides/json/ */
const SPECIAL: Readonly<Record<string, string>> = {
  'google.protobuf.Any': 'TypedAny',
  'google.protobuf.Duration': 'Duration',
  'google.protobuf.Timestamp': 'string',
  'google.protobuf.Empty': 'Readonly<Record<string, never>>',
  'google.protobuf.FieldMask': 'string',
  'google.protobuf.Struct': 'JsonObject',
  'google.protobuf.Value': 'JsonValue',
  'google.protobuf.ListValue': 'readonly JsonValue[]',
  'google.protobuf.NullValue': 'null',
  'google.protobuf.DoubleValue': 'number',
  'google.protobuf.FloatValue': 'number',
  'google.protobuf.Int32Value': 'number',
  'google.protobuf.UInt32Value': 'number',
  'google.protobuf.Int64Value': 'Int64',
  'google.protobuf.UInt64Value': 'Int64',
  'google.protobuf.BoolValue': 'boolean',
  'google.protobuf.StringValue': 'string',
  'google.protobuf.BytesValue': 'string',
};

/** TypeScript types of all messages as ProtoJSON, with the comments of the protos, and `Messages`: full name → type. */
export function describeTypes(schema: Schema, comments: Comments): string {
  const messages = Object.entries(schema.messages).filter(([name]) => !(name in SPECIAL));
  const enums = Object.entries(schema.enums).filter(([name]) => !(name in SPECIAL));
  return [
    HEADER,
    ...messages.map(([name, message]) => interfaceOf(name, message, comments)),
    ...enums.map(([name, values]) => enumOf(name, values, comments)),
    messagesInterface(Object.keys(schema.messages)),
  ].join('\n');
}

function interfaceOf(name: string, message: MessageSchema, comments: Comments): string {
  const fields = message.fields.map(
    (field) =>
      `${comment(comments.get(`${name}/${field.name}`), '  ')}  readonly ${key(field.json)}?: ${fieldType(field)} | undefined;\n`,
  );
  return `${comment(comments.get(name), '')}export interface ${identifier(name)} {\n${fields.join('')}}\n`;
}

function enumOf(name: string, values: Readonly<Record<string, number>>, comments: Comments): string {
  const names = Object.keys(values).map((value) => `'${value}'`);
  return `${comment(comments.get(name), '')}export type ${identifier(name)} = ${names.join(' | ')};\n`;
}

function messagesInterface(names: readonly string[]): string {
  const lines = names.map((name) => `  '${name}': ${typeName(name)};\n`);
  return `/** Every message, by its full name. */\nexport interface Messages {\n${lines.join('')}}\n`;
}

function fieldType(field: FieldSchema): string {
  const one = field.of === undefined ? scalarType(field.type as ScalarType) : typeName(field.of);
  if (field.map) return `Readonly<Record<string, ${one}>>`;
  return field.repeated ? `readonly ${/^[\w.<>, ]+$/.test(one) ? one : `(${one})`}[]` : one;
}

function typeName(of: string): string {
  return SPECIAL[of] ?? identifier(of);
}

function scalarType(type: ScalarType): string {
  if (type === 'string' || type === 'bytes') return 'string';
  if (type === 'bool') return 'boolean';
  return type.endsWith('64') ? 'Int64' : 'number';
}

function identifier(name: string): string {
  return name.replaceAll('.', '_');
}

function key(json: string): string {
  return /^\w+$/.test(json) ? json : `'${json}'`;
}

function comment(text: string | undefined, indent: string): string {
  if (!text) return '';
  const lines = text.replaceAll('*/', '*\\/').split('\n');
  if (lines.length === 1) return `${indent}/** ${lines[0]} */\n`;
  return `${indent}/**\n${lines.map((line) => `${indent} * ${line}`.trimEnd()).join('\n')}\n${indent} */\n`;
}
