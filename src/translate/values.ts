import type { Address, CidrRange, ConfigSource, Duration } from '../proto/index.ts';

/** Milliseconds as ProtoJSON's duration: 1500 is `1.5s`. */
export function duration(ms: number): Duration {
  return `${ms / 1000}s`;
}

export function socketAddress(address: string, portValue: number): Address {
  return { socketAddress: { address, portValue } };
}

/** A connection to a path (`unix:///run/app.sock`), or to an address and port. */
export function endpointAddress(address: string, port: number): Address {
  return address.startsWith('unix://')
    ? { pipe: { path: address.slice('unix://'.length) } }
    : socketAddress(address, port);
}

/** `10.1.0.0/16`, or one address. */
export function cidrRange(cidr: string): CidrRange {
  const [addressPrefix = '', length] = cidr.split('/');
  const whole = addressPrefix.includes(':') ? 128 : 32;
  return { addressPrefix, prefixLen: length === undefined ? whole : Number(length) };
}

/** From this control plane, and without a time limit: a resource that is late is waited for, not replaced by nothing. */
export const OVER_ADS: ConfigSource = { ads: {}, initialFetchTimeout: '0s', resourceApiVersion: 'V3' };
