/** The `google.protobuf.Duration` of ProtoJSON: seconds with up to nine decimals, `5s`, `0.250s`. */
export type Duration = `${number}s`;

/** A 64-bit integer. ProtoJSON writes it as a string; a number does while it is safe. */
export type Int64 = number | string;

/**
 * A `google.protobuf.Any` with its message written inline. `pack` makes one with the message's own type; a literal is
 * checked when it is encoded.
 */
export interface TypedAny {
  readonly '@type': `type.googleapis.com/${string}`;
  readonly [field: string]: unknown;
}
