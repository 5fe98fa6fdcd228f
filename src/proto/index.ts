/**
 * Envoy's API as data: message types, encoding, validation, decoding.
 *
 *   in   plain ProtoJSON literals, typed by generated types
 *   out  encode(type, message): name, bytes, version; validate; decode to canonical JSON
 *
 * Decides nothing.
 */
export type { DecodedConfigDump, DumpedResource } from './config-dump.ts';
export { decodeConfigDump } from './config-dump.ts';
export { canonical, decode, decodeAs } from './decode.ts';
export type { DeltaDiscoveryRequest, DiscoveryRequest, ErrorDetail } from './discovery-requests.ts';
export {
  decodeDeltaDiscoveryRequest,
  decodeDiscoveryRequest,
  encodeDeltaDiscoveryRequest,
  encodeDiscoveryRequest,
} from './discovery-requests.ts';
export type { DeltaDiscoveryResponseParts, DiscoveryResponseParts } from './discovery-responses.ts';
export { encodeDeltaDiscoveryResponse, encodeDiscoveryResponse } from './discovery-responses.ts';
export { encode, encodeMessage } from './encode.ts';
export type { Frame } from './frames.ts';
export { deltaFrame, sotwFrame } from './frames.ts';
export type { Duration, Int64, TypedAny } from './json-types.ts';
export { ProtoJsonError } from './json-values.ts';
export type * from './messages.ts';
export type { DiscoveryNode } from './node.ts';
export { pack } from './pack.ts';
export type { ReceivedResource, ReceivedResponse } from './received-responses.ts';
export { decodeDeltaDiscoveryResponse, decodeDiscoveryResponse } from './received-responses.ts';
export { redact } from './redact.ts';
export type { Entry, Held, JsonObject, JsonValue, Resource, Violation, XdsType } from './resource.ts';
export type { ResourceMessages } from './type-urls.ts';
export { messageNames, typeUrlOf, xdsTypeOf, xdsTypes } from './type-urls.ts';
export { validate } from './validate.ts';
export { DecodeError } from './wire-reader.ts';
