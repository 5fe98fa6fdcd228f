import type { XdsType } from '../proto/index.ts';
import type { Rejection } from './subscription.ts';

/** What happens on a stream, besides its beginning and its end. */
export type StreamEvent =
  | {
      readonly kind: 'sent';
      readonly type: XdsType;
      readonly nonce: string;
      readonly resources: number;
      readonly removed: number;
      readonly bytes: number;
    }
  | { readonly kind: 'accepted'; readonly type: XdsType; readonly nonce: string; readonly ms: number }
  | {
      readonly kind: 'rejected';
      readonly type: XdsType;
      readonly nonce: string;
      readonly error: string;
      readonly rejections: readonly Rejection[];
    }
  /** A rejected resource was changed or removed: what was said about it no longer holds. */
  | { readonly kind: 'cleared'; readonly type: XdsType; readonly name: string }
  /** The resources could not be read. The proxy keeps what it has; the next change tries again. */
  | { readonly kind: 'failed'; readonly type: XdsType; readonly error: unknown }
  /** All that changed up to `since` has been sent, and the proxy accepted all of it. */
  | { readonly kind: 'converged'; readonly since: number; readonly ms: number };

/** The state of one type, for people. */
export interface TypeStatus {
  readonly type: XdsType;
  readonly wildcard: boolean;
  readonly names: number;
  readonly sentNonce: string;
  readonly ackedNonce: string;
  /** Of all that the proxy has accepted, whatever the protocol: the same for all that have the same. */
  readonly version: string;
  readonly error: string | undefined;
  readonly rejected: readonly string[];
  readonly bytes: number;
}
