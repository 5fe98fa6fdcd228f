import type { SpiffeId } from '../lib/spiffe.ts';
import {
  type DiscoveryNode,
  decodeDeltaDiscoveryRequest,
  decodeDiscoveryRequest,
  type XdsType,
  xdsTypeOf,
} from '../proto/index.ts';
import type { Node } from '../view/index.ts';
import type { DeltaRequest, Protocol, SotwRequest } from '../xds/index.ts';

/** A request as it came: of a type that pharos serves, or of another one. */
export interface Arrived<Request> {
  readonly node: DiscoveryNode | undefined;
  readonly typeUrl: string;
  readonly request: Request | undefined;
  /** How many it subscribes to. */
  readonly names: number;
}

/** Throws DecodeError for bytes that are no request. */
export function readDeltaRequest(bytes: Uint8Array): Arrived<DeltaRequest> {
  const message = decodeDeltaDiscoveryRequest(bytes);
  const { node, typeUrl } = message;
  return arrived(node, typeUrl, message.resourceNamesSubscribe.length, (type) => ({
    type,
    subscribe: message.resourceNamesSubscribe,
    unsubscribe: message.resourceNamesUnsubscribe,
    initialVersions: message.initialResourceVersions,
    nonce: message.responseNonce,
    error: message.errorDetail?.message,
  }));
}

/** Throws DecodeError for bytes that are no request. */
export function readSotwRequest(bytes: Uint8Array): Arrived<SotwRequest> {
  const message = decodeDiscoveryRequest(bytes);
  const { node, typeUrl } = message;
  return arrived(node, typeUrl, message.resourceNames.length, (type) => ({
    type,
    names: message.resourceNames,
    version: message.versionInfo,
    nonce: message.responseNonce,
    error: message.errorDetail?.message,
  }));
}

function arrived<Request>(
  node: DiscoveryNode | undefined,
  typeUrl: string,
  names: number,
  make: (type: XdsType) => Request,
): Arrived<Request> {
  const type = xdsTypeOf(typeUrl);
  return { node, typeUrl, request: type && make(type), names };
}

/** What a node says, and who its connection has proved to be. */
export function nodeOf(node: DiscoveryNode, protocol: Protocol, identity: SpiffeId | undefined): Node {
  const { id, cluster, metadata, locality, userAgentName, userAgentVersion } = node;
  return { id, cluster, metadata, locality, userAgentName, userAgentVersion, protocol, identity };
}
