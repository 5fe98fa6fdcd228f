import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import protobuf from 'protobufjs';

/**
 * Adds to `root` what the .proto texts in `folder` say: messages that it lacks, and fields, oneof members and enum
 * values that are added to messages it has, and rules that have changed. In such a text a message of a known name continues that message.
 */
export function addAdditions(root: protobuf.Root, folder: string): void {
  for (const file of readdirSync(folder).sort()) {
    const text = readFileSync(join(folder, file), 'utf8');
    merge(root, protobuf.parse(text, new protobuf.Root(), { keepCase: true, alternateCommentMode: true }).root);
  }
  resolveFields(root);
}

/** By hand: a root that was resolved once does not look at its messages again. */
function resolveFields(namespace: protobuf.NamespaceBase): void {
  if (namespace instanceof protobuf.Type) for (const field of namespace.fieldsArray) field.resolve();
  for (const nested of namespace.nestedArray) if (nested instanceof protobuf.Namespace) resolveFields(nested);
}

function merge(into: protobuf.NamespaceBase, addition: protobuf.NamespaceBase): void {
  if (into instanceof protobuf.Type && addition instanceof protobuf.Type) addFields(into, addition);
  for (const nested of [...addition.nestedArray]) {
    const known = into.get(nested.name);
    if (known instanceof protobuf.Enum && nested instanceof protobuf.Enum) addValues(known, nested);
    else if (known instanceof protobuf.Namespace && nested instanceof protobuf.Namespace) merge(known, nested);
    else into.add(detached(nested));
  }
}

/** A field that is there already is written again for its options: they replace the old ones. */
function addFields(into: protobuf.Type, addition: protobuf.Type): void {
  for (const oneof of addition.oneofsArray) {
    const known = into.oneofs?.[oneof.name];
    if (known && oneof.options) replaceOptions(known, oneof);
  }
  const fields = addition.fieldsArray.map((field) => ({ field, oneof: field.partOf?.name }));
  for (const { field, oneof } of fields) {
    const known = into.fields[field.name];
    if (known) replaceOptions(known, field);
    else addField(into, field, oneof);
  }
}

function replaceOptions(known: protobuf.ReflectionObject, written: protobuf.ReflectionObject): void {
  Object.assign(known, { options: written.options, parsedOptions: written.parsedOptions });
}

function addField(into: protobuf.Type, field: protobuf.Field, oneof: string | undefined): void {
  field.partOf = null;
  into.add(detached(field));
  if (oneof === undefined) return;
  const members = into.oneofs?.[oneof] ?? new protobuf.OneOf(oneof);
  if (!members.parent) into.add(members);
  members.add(field);
}

function addValues(into: protobuf.Enum, addition: protobuf.Enum): void {
  for (const [value, number] of Object.entries(addition.values)) into.add(value, number);
}

function detached<T extends protobuf.ReflectionObject>(one: T): T {
  one.parent?.remove(one);
  return one;
}
