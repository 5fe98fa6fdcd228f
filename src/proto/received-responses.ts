import { decode } from './decode.ts';
import { messageNames, xdsTypeOf } from './type-urls.ts';
import { DecodeError, readFields, WireReader } from './wire-reader.ts';

/** A resource as a proxy receives it. `decode(typeUrl, bytes)` shows what is inside. */
export interface ReceivedResource {
  readonly name: string;
  /** Empty over SotW, where a response has one version for all. */
  readonly version: string;
  readonly typeUrl: string;
  readonly bytes: Uint8Array;
}

export interface ReceivedResponse {
  /** `version_info`, or over delta `system_version_info`. */
  readonly versionInfo: string;
  readonly typeUrl: string;
  readonly nonce: string;
  readonly resources: readonly ReceivedResource[];
  /** Names; always empty over SotW. */
  readonly removed: readonly string[];
}

/** What a SotW proxy reads: for clients of our own, in tests and in tools. Throws `DecodeError`. */
export function decodeDiscoveryResponse(bytes: Uint8Array): ReceivedResponse {
  return readResponse(bytes, (reader) => {
    const any = readAny(reader);
    return { ...any, name: ownName(any), version: '' };
  });
}

/** What a delta proxy reads: for clients of our own, in tests and in tools. Throws `DecodeError`. */
export function decodeDeltaDiscoveryResponse(bytes: Uint8Array): ReceivedResponse {
  return readResponse(bytes, readResource);
}

/** The two messages share their field numbers, but for what a resource is. */
function readResponse(bytes: Uint8Array, read: (reader: WireReader) => ReceivedResource): ReceivedResponse {
  const response = { versionInfo: '', typeUrl: '', nonce: '' };
  const resources: ReceivedResource[] = [];
  const removed: string[] = [];
  readFields(new WireReader(bytes), {
    1: (reader) => (response.versionInfo = reader.string()),
    2: (reader) => resources.push(read(reader.message())),
    4: (reader) => (response.typeUrl = reader.string()),
    5: (reader) => (response.nonce = reader.string()),
    6: (reader) => removed.push(reader.string()),
  });
  return { ...response, resources, removed };
}

function readResource(reader: WireReader): ReceivedResource {
  let resource: ReceivedResource = { name: '', version: '', typeUrl: '', bytes: new Uint8Array() };
  readFields(reader, {
    1: (field) => (resource = { ...resource, version: field.string() }),
    2: (field) => (resource = { ...resource, ...readAny(field.message()) }),
    3: (field) => (resource = { ...resource, name: field.string() }),
  });
  return resource;
}

interface Any {
  readonly typeUrl: string;
  readonly bytes: Uint8Array;
}

function readAny(reader: WireReader): Any {
  let any: Any = { typeUrl: '', bytes: new Uint8Array() };
  readFields(reader, {
    1: (field) => (any = { ...any, typeUrl: field.string() }),
    2: (field) => (any = { ...any, bytes: field.bytes() }),
  });
  return any;
}

function ownName({ typeUrl, bytes }: Any): string {
  const type = xdsTypeOf(typeUrl);
  if (!type) throw new DecodeError(`a resource of type ${typeUrl}, which no proxy of pharos asks for`);
  const { name, clusterName } = decode(messageNames[type], bytes);
  return String(type === 'eds' ? clusterName : name);
}
