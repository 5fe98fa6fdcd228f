import { decodeAs } from './decode.ts';
import { encodeMessage } from './encode.ts';
import type { Messages } from './messages.ts';
import { readNames } from './name-lists.ts';
import { type DiscoveryNode, discoveryNode } from './node.ts';
import { readFields, WireReader } from './wire-reader.ts';

/** Why a proxy rejected a response: google.rpc.Status. */
export interface ErrorDetail {
  readonly code: number;
  readonly message: string;
}

/** https://www.envoyproxy.io/docs/envoy/latest/api-v3/service/discovery/v3/discovery.proto, with defaults filled in. */
export interface DiscoveryRequest {
  /** Envoy sends it with the first request of a stream only. */
  readonly node: DiscoveryNode | undefined;
  readonly typeUrl: string;
  readonly versionInfo: string;
  readonly resourceNames: readonly string[];
  readonly responseNonce: string;
  readonly errorDetail: ErrorDetail | undefined;
}

export interface DeltaDiscoveryRequest {
  readonly node: DiscoveryNode | undefined;
  readonly typeUrl: string;
  readonly resourceNamesSubscribe: readonly string[];
  readonly resourceNamesUnsubscribe: readonly string[];
  readonly initialResourceVersions: ReadonlyMap<string, string>;
  readonly responseNonce: string;
  readonly errorDetail: ErrorDetail | undefined;
}

const REQUEST = 'envoy.service.discovery.v3.DiscoveryRequest';
const DELTA_REQUEST = 'envoy.service.discovery.v3.DeltaDiscoveryRequest';
type RequestMessage = Messages[typeof REQUEST];
type DeltaRequestMessage = Messages[typeof DELTA_REQUEST];

/** Throws `DecodeError` for bytes that are not a request. */
export function decodeDiscoveryRequest(bytes: Uint8Array): DiscoveryRequest {
  const request = { ...NOTHING, versionInfo: '', resourceNames: [] as readonly string[] };
  readFields(new WireReader(bytes), {
    1: (reader) => (request.versionInfo = reader.string()),
    2: (reader) => (request.node = readNode(reader)),
    3: (reader) => (request.resourceNames = joined(request.resourceNames, readNames(reader, 3))),
    4: (reader) => (request.typeUrl = reader.string()),
    5: (reader) => (request.responseNonce = reader.string()),
    6: (reader) => (request.errorDetail = readStatus(reader)),
  });
  return request;
}

/** Throws `DecodeError` for bytes that are not a request. */
export function decodeDeltaDiscoveryRequest(bytes: Uint8Array): DeltaDiscoveryRequest {
  let subscribe: readonly string[] = [];
  let unsubscribe: readonly string[] = [];
  const versions = new Map<string, string>();
  const request = { ...NOTHING };
  readFields(new WireReader(bytes), {
    1: (reader) => (request.node = readNode(reader)),
    2: (reader) => (request.typeUrl = reader.string()),
    3: (reader) => (subscribe = joined(subscribe, readNames(reader, 3))),
    4: (reader) => (unsubscribe = joined(unsubscribe, readNames(reader, 4))),
    5: (reader) => readVersion(reader.message(), versions),
    6: (reader) => (request.responseNonce = reader.string()),
    7: (reader) => (request.errorDetail = readStatus(reader)),
  });
  return {
    ...request,
    resourceNamesSubscribe: subscribe,
    resourceNamesUnsubscribe: unsubscribe,
    initialResourceVersions: versions,
  };
}

const NOTHING: {
  node: DiscoveryNode | undefined;
  typeUrl: string;
  responseNonce: string;
  errorDetail: ErrorDetail | undefined;
} = { node: undefined, typeUrl: '', responseNonce: '', errorDetail: undefined };

/** A list may come in parts, though nobody sends it so. */
function joined(before: readonly string[], more: readonly string[]): readonly string[] {
  return before.length === 0 ? more : [...before, ...more];
}

/** One entry of a map: 1 is the key, 2 the value. A proxy that reconnects sends thousands. */
function readVersion(reader: WireReader, versions: Map<string, string>): void {
  let name = '';
  let version = '';
  while (!reader.done) {
    const tag = reader.tag();
    if (tag >>> 3 === 1) name = reader.string();
    else if (tag >>> 3 === 2) version = reader.string();
    else reader.skip(tag & 7);
  }
  versions.set(name, version);
}

function readNode(reader: WireReader): DiscoveryNode {
  return discoveryNode(decodeAs('envoy.config.core.v3.Node', reader.bytes()));
}

function readStatus(reader: WireReader): ErrorDetail {
  const { code = 0, message = '' } = decodeAs('google.rpc.Status', reader.bytes());
  return { code, message };
}

/** What a proxy sends: for clients of our own, in tests and in tools. */
export function encodeDiscoveryRequest(request: RequestMessage): Uint8Array {
  return encodeMessage(REQUEST, request);
}

/** What a delta proxy sends: for clients of our own, in tests and in tools. */
export function encodeDeltaDiscoveryRequest(request: DeltaRequestMessage): Uint8Array {
  return encodeMessage(DELTA_REQUEST, request);
}
