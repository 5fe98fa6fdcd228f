import type { Frame } from './frames.ts';
import { LENGTH, WireWriter } from './wire-writer.ts';

/** Field numbers: https://www.envoyproxy.io/docs/envoy/latest/api-v3/service/discovery/v3/discovery.proto */
const VERSION = (1 << 3) | LENGTH;
const TYPE_URL = (4 << 3) | LENGTH;
const NONCE = (5 << 3) | LENGTH;
const REMOVED = (6 << 3) | LENGTH;

export interface DiscoveryResponseParts {
  readonly versionInfo: string;
  readonly typeUrl: string;
  readonly nonce: string;
  /** From `sotwFrame`. */
  readonly frames: readonly Frame[];
}

/** A head, and the frames copied behind it. */
export function encodeDiscoveryResponse(parts: DiscoveryResponseParts): Buffer {
  return Buffer.concat([head(parts.versionInfo, parts.typeUrl, parts.nonce, []), ...parts.frames]);
}

export interface DeltaDiscoveryResponseParts {
  /** Only for people who read along. */
  readonly systemVersion: string;
  readonly typeUrl: string;
  readonly nonce: string;
  /** From `deltaFrame`. */
  readonly frames: readonly Frame[];
  readonly removed: readonly string[];
}

/** A head, and the frames copied behind it. */
export function encodeDeltaDiscoveryResponse(parts: DeltaDiscoveryResponseParts): Buffer {
  return Buffer.concat([head(parts.systemVersion, parts.typeUrl, parts.nonce, parts.removed), ...parts.frames]);
}

function head(version: string, typeUrl: string, nonce: string, removed: readonly string[]): Uint8Array {
  const out = new WireWriter(256);
  writeString(out, VERSION, version);
  writeString(out, TYPE_URL, typeUrl);
  writeString(out, NONCE, nonce);
  for (const name of removed) writeString(out, REMOVED, name);
  return out.finish();
}

function writeString(out: WireWriter, tag: number, value: string): void {
  if (value === '') return;
  out.uint32(tag);
  out.string(value);
}
