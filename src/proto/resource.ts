/** The types that pharos serves, by their usual short names. */
export type XdsType = 'cds' | 'eds' | 'lds' | 'rds' | 'vhds' | 'sds';

/** A resource as it goes on the wire. Two with the same version have the same bytes. */
export interface Resource {
  readonly type: XdsType;
  readonly name: string;
  /** A hash of the bytes, so that any pharos gives the same. */
  readonly version: string;
  readonly bytes: Uint8Array;
  /** Of a cluster that has its endpoints under another name than its own: that name. */
  readonly endpoints?: string;
}

/**
 * A resource that must not be sent, because an Envoy would reject it. Whoever has an older one of this name keeps it:
 * it is neither changed nor removed.
 */
export interface Held {
  readonly type: XdsType;
  readonly name: string;
  readonly version: undefined;
  readonly violations: readonly Violation[];
}

export type Entry = Resource | Held;

/** A rule of the API that a message breaks: `circuitBreakers.thresholds[0].retryBudget`, `must be at least 1`. */
export interface Violation {
  readonly path: string;
  readonly message: string;
}

export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: JsonValue;
}
