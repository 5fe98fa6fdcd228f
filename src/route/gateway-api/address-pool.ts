import ipaddr from 'ipaddr.js';
import { hash } from '../../lib/shares.ts';

/** Addresses that are there to be given to Gateways. */
export interface AddressPool {
  /** As it is written: `127.20.0.0/16`. */
  readonly cidr: string;
  readonly contains: (address: string) => boolean;
  /** Of those that are given away, at most 2³¹. */
  readonly size: number;
  /** From 0. */
  readonly at: (i: number) => string;
}

/** Undefined: it is not a CIDR. */
export function parsePool(cidr: string): AddressPool | undefined {
  if (!ipaddr.isValidCIDR(cidr)) return undefined;
  const [address, bits] = ipaddr.parseCIDR(cidr);
  const width = address.kind() === 'ipv4' ? 32 : 128;
  const start = (numberOf(address.toByteArray()) >> BigInt(width - bits)) << BigInt(width - bits);
  // The first and the last of a network are not for hosts.
  const edge = width - bits >= 2 ? 1 : 0;
  return {
    cidr,
    contains: (one) => ipaddr.isValid(one) && kindOf(one) === address.kind() && ipaddr.parse(one).match(address, bits),
    size: 2 ** Math.min(width - bits, 31) - 2 * edge,
    at: (i) => textOf(start + BigInt(i + edge), width),
  };
}

/**
 * Gives each who wants one an address, the first before the others. The same name has the same address always, unless
 * one before it has that already: then the next that is free.
 */
export function allocate(
  { size, at }: AddressPool,
  wanting: readonly string[],
  taken: ReadonlySet<string>,
): ReadonlyMap<string, string> {
  const given = new Map<string, string>();
  const gone = new Set(taken);
  for (const name of wanting) {
    const address = firstFree(hash(name) % size, size, at, gone);
    if (address === undefined) break;
    gone.add(address);
    given.set(name, address);
  }
  return given;
}

function firstFree(start: number, size: number, at: AddressPool['at'], gone: ReadonlySet<string>): string | undefined {
  for (let step = 0; step < size; step++) {
    const address = at((start + step) % size);
    if (!gone.has(address)) return address;
  }
  return undefined;
}

function kindOf(address: string): 'ipv4' | 'ipv6' {
  return ipaddr.parse(address).kind();
}

function numberOf(bytes: readonly number[]): bigint {
  return bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
}

function textOf(value: bigint, width: number): string {
  const bytes = Array.from({ length: width / 8 }, (_, i) => Number((value >> BigInt(width - 8 * (i + 1))) & 0xffn));
  return ipaddr.fromByteArray(bytes).toString();
}
