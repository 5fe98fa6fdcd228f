import type { status } from '@grpc/grpc-js';

/** A peer's mistake: it is told as a gRPC status. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: status;
  /** When to try again; undefined where that would not help. */
  readonly retryAfterMs: number | undefined;

  constructor(code: status, details: string, retryAfterMs?: number) {
    super(details);
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }
}
