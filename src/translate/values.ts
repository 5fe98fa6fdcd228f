import type { Address, ConfigSource, Duration } from '../proto/index.ts';

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

/** From this control plane, and without a time limit: a resource that is late is waited for, not replaced by nothing. */
export const OVER_ADS: ConfigSource = { ads: {}, initialFetchTimeout: '0s', resourceApiVersion: 'V3' };
