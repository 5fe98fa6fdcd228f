import { readFileSync } from 'node:fs';

/** Every message and enum of Envoy's API, by full name, as `scripts/generate-types.ts` writes it. */
export interface Schema {
  readonly messages: Readonly<Record<string, MessageSchema>>;
  readonly enums: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

export interface MessageSchema {
  /** By number. */
  readonly fields: readonly FieldSchema[];
  /** The oneofs of which one member must be set. */
  readonly required?: readonly string[];
}

export interface FieldSchema {
  /** As in the .proto: `edsClusterConfig` is `eds_cluster_config`. */
  readonly name: string;
  readonly json: string;
  readonly number: number;
  readonly type: ScalarType | 'message' | 'enum';
  /** Full name of the message or enum. */
  readonly of?: string;
  readonly repeated?: true;
  /** For a map: the type of its keys. `type` and `of` are those of its values. */
  readonly map?: ScalarType;
  readonly oneof?: string;
  /** `optional` was written: a default value is not the same as none. */
  readonly optional?: true;
  /** What protoc-gen-validate's `(validate.rules)` says: https://github.com/bufbuild/protoc-gen-validate#constraint-rules */
  readonly rules?: Rules;
}

export type ScalarType =
  | 'double'
  | 'float'
  | 'int32'
  | 'uint32'
  | 'sint32'
  | 'fixed32'
  | 'sfixed32'
  | 'int64'
  | 'uint64'
  | 'sint64'
  | 'fixed64'
  | 'sfixed64'
  | 'bool'
  | 'string'
  | 'bytes';

/** The body of `(validate.rules)`: `{string: {min_len: 1}}`. */
export interface Rules {
  readonly [kind: string]: Rule | undefined;
}
export interface Rule {
  readonly [name: string]: unknown;
}

/** One message. Throws for a name that is not in the schema: whoever has a name from outside asks `schema()` first. */
export function messageSchema(name: string): MessageSchema {
  const found = schema().messages[name];
  if (!found) throw new Error(`no message of Envoy's API is called ${name}`);
  return found;
}

let read: Schema | undefined;

/** The schema, read once. It is data that never changes while a process lives. */
export function schema(): Schema {
  read ??= JSON.parse(readFileSync(new URL('./generated/schema.json', import.meta.url), 'utf8')) as Schema;
  return read;
}
