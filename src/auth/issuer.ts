import type { KeySet } from './key-set.ts';

/** Somebody whose tokens are believed. */
export interface Issuer {
  /** As its tokens name it, to the letter. */
  readonly issuer: string;
  /** A token must be for one of these. */
  readonly audiences: readonly string[];
  /**
   * The keys it signs with. If there is none of this id they are looked for again, though not at every call. Undefined:
   * they could not be had yet.
   */
  readonly keySet: (kid: string | undefined) => Promise<KeySet | undefined>;
}

/** What tokens for Istio's certificate service are for: https://istio.io/latest/docs/ops/best-practices/security/ */
export const DEFAULT_AUDIENCE = 'istio-ca';

/** An issuer cannot be used as it was described; the message names the issuer or the file, and what to do. */
export class IssuerError extends Error {
  override readonly name = 'IssuerError';
}
