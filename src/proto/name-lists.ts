import { hash } from 'node:crypto';
import { WireReader } from './wire-reader.ts';
import { LENGTH } from './wire-writer.ts';

/** Up to here, reading a list costs less than looking it up. */
const SMALL_BYTES = 2_048;
/** How many lists are remembered: proxies of one kind ask for the same, so few are needed. */
const REMEMBERED = 128;

/** The least recently used first. */
const lists = new Map<string, readonly string[]>();

/**
 * Names that a proxy lists in a request. Hundreds of proxies ask for the same thousands: they are read once, and then are
 * the same array. Found again by a hash of the bytes that no peer can collide.
 */
export function readNames(reader: WireReader, field: number): readonly string[] {
  const tag = (field << 3) | LENGTH;
  const bytes = reader.span(tag);
  if (bytes.length <= SMALL_BYTES) return parse(bytes);
  const key = hash('sha256', bytes, 'base64');
  const names = lists.get(key) ?? parse(bytes);
  lists.delete(key);
  lists.set(key, names);
  if (lists.size > REMEMBERED) lists.delete(lists.keys().next().value!);
  return names;
}

function parse(bytes: Uint8Array): readonly string[] {
  const reader = new WireReader(bytes);
  const names = [reader.string()];
  while (!reader.done) {
    reader.tag();
    names.push(reader.string());
  }
  return names;
}
