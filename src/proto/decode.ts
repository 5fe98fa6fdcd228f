import { messageName } from './any.ts';
import { encodeMessage } from './encode.ts';
import { messageReader } from './message-reader.ts';
import type { Messages } from './messages.ts';
import type { JsonObject } from './resource.ts';
import { DecodeError, WireReader } from './wire-reader.ts';

/**
 * A message's bytes as canonical ProtoJSON: camelCase, Anys expanded, defaults left out, keys in the order of field
 * numbers. An Any of a type that is not in the schema keeps its bytes in base64 under `@bytes`.
 * Throws `DecodeError` for a type that is not in Envoy's API, and for bytes that are not one of its messages.
 */
export function decode(typeUrl: string, bytes: Uint8Array): JsonObject {
  const name = messageName(typeUrl);
  if (name === undefined) throw new DecodeError(`no message of Envoy's API is called ${typeUrl}`);
  try {
    return messageReader(name)(new WireReader(bytes)) as JsonObject;
  } catch (error) {
    if (error instanceof DecodeError) throw new DecodeError(`${name}: ${error.message}`);
    throw error instanceof RangeError ? new DecodeError(`${name}: nested too deep`) : error;
  }
}

/** `decode` for a message that is known by name. */
export function decodeAs<Name extends keyof Messages>(name: Name, bytes: Uint8Array): Messages[Name] {
  return decode(name, bytes) as unknown as Messages[Name];
}

/** Two literals of a message mean the same when this gives the same: names, order, defaults, `1.0s` are settled. */
export function canonical(name: keyof Messages, message: object): JsonObject {
  return decode(name, encodeMessage(name, message));
}
