import type { TypedAny } from './json-types.ts';
import type { Messages } from './messages.ts';

/**
 * A message as the literal of an Any: `pack('envoy.extensions.filters.http.router.v3.Router', {})`. Messages that
 * ProtoJSON writes as something other than an object (wrappers, durations, Struct) go under `value`.
 * https://protobuf.dev/programming-guides/json/#any
 */
export function pack<Name extends keyof Messages>(name: Name, message: Messages[Name]): TypedAny {
  const type = `type.googleapis.com/${name}` as const;
  return name.startsWith('google.protobuf.')
    ? { '@type': type, value: message }
    : { '@type': type, ...(message as object) };
}
