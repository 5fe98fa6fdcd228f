import type { Resource } from './resource.ts';
import { typeUrlOf } from './type-urls.ts';
import { LENGTH, WireWriter } from './wire-writer.ts';

/**
 * A resource as one entry of a response's `resources`, with its tag and length. Fields of a message may be
 * concatenated, so a response is a short head and the frames of what it carries: nothing is encoded for a second proxy.
 * https://protobuf.dev/programming-guides/encoding/#optional
 */
export type Frame = Uint8Array;

/** As an entry of DeltaDiscoveryResponse: a `Resource` with its name and version. Made once for each resource. */
export function deltaFrame(resource: Resource): Frame {
  return remembered(deltaFrames, resource, makeDeltaFrame);
}

/** As an entry of DiscoveryResponse: an Any. Made once for each resource. */
export function sotwFrame(resource: Resource): Frame {
  return remembered(sotwFrames, resource, makeSotwFrame);
}

/** Frames live as long as their resource. */
const deltaFrames = new WeakMap<Resource, Frame>();
const sotwFrames = new WeakMap<Resource, Frame>();

function remembered(frames: WeakMap<Resource, Frame>, resource: Resource, make: (resource: Resource) => Frame): Frame {
  const known = frames.get(resource);
  if (known) return known;
  const frame = make(resource);
  frames.set(resource, frame);
  return frame;
}

/** Field numbers: https://www.envoyproxy.io/docs/envoy/latest/api-v3/service/discovery/v3/discovery.proto */
const RESOURCES = (2 << 3) | LENGTH;
const RESOURCE = { version: (1 << 3) | LENGTH, resource: (2 << 3) | LENGTH, name: (3 << 3) | LENGTH };
const ANY = { typeUrl: (1 << 3) | LENGTH, value: (2 << 3) | LENGTH };

function makeDeltaFrame(resource: Resource): Frame {
  const out = new WireWriter(resource.bytes.length + resource.name.length * 3 + 256);
  out.uint32(RESOURCES);
  const entry = out.open();
  out.uint32(RESOURCE.version);
  out.string(resource.version);
  writeAny(out, RESOURCE.resource, resource);
  out.uint32(RESOURCE.name);
  out.string(resource.name);
  out.close(entry);
  return out.finish();
}

function makeSotwFrame(resource: Resource): Frame {
  const out = new WireWriter(resource.bytes.length + 256);
  writeAny(out, RESOURCES, resource);
  return out.finish();
}

function writeAny(out: WireWriter, tag: number, resource: Resource): void {
  out.uint32(tag);
  const any = out.open();
  out.uint32(ANY.typeUrl);
  out.string(typeUrlOf(resource.type));
  out.uint32(ANY.value);
  out.bytes(resource.bytes);
  out.close(any);
}
