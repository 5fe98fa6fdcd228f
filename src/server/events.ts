import type { status } from '@grpc/grpc-js';
import type { SpiffeId } from '../lib/spiffe.ts';
import type { Node, ViewId } from '../view/index.ts';
import type { Protocol, StreamEvent, TypeStatus } from '../xds/index.ts';

/** One stream of one proxy. Numbers are not used again while the server lives. */
export interface ProxyStream {
  readonly stream: number;
  readonly node: Node;
  readonly view: ViewId;
  /** `10.0.0.7:41234`. */
  readonly peer: string;
  readonly protocol: Protocol;
  /** By the server's clock, in ms. */
  readonly since: number;
}

/** What happens to a stream besides the protocol. */
export type ConnectionEvent =
  | { readonly kind: 'connected' }
  /** All that was rejected on this stream is gone with it. */
  | { readonly kind: 'disconnected'; readonly reason: string }
  /** It says something else about itself, and is another view now. */
  | { readonly kind: 'moved'; readonly from: ViewId }
  /** A type that pharos does not serve. The proxy gets no answer. Told once for each type and stream. */
  | { readonly kind: 'ignored'; readonly typeUrl: string };

/** What happened, for metrics, logs and tables. `at` is by the server's clock, in ms. */
export type ServerEvent =
  | ({ readonly at: number; readonly proxy: ProxyStream } & (StreamEvent | ConnectionEvent))
  /** A stream that was not let in, or that ended before it said whose it is. */
  | { readonly kind: 'refused'; readonly at: number; readonly peer: string; readonly reason: string }
  /** A connection to the secure port that was not let in, or whose client is no longer believed. */
  | { readonly kind: 'connection-refused'; readonly at: number; readonly peer: string; readonly reason: string }
  /** A call on the secure port that proved no identity. */
  | { readonly kind: 'unauthenticated'; readonly at: number; readonly peer: string; readonly reason: string }
  | {
      readonly kind: 'certificate-issued';
      readonly at: number;
      readonly peer: string;
      /** Whom it is for. */
      readonly identity: SpiffeId;
      /** Who asked: the same, or a proxy that serves the node of that one. */
      readonly caller: SpiffeId;
      /** Names that were asked for and are not in it. */
      readonly ignored: readonly string[];
      readonly expiresAtMs: number;
    }
  | {
      readonly kind: 'certificate-refused';
      readonly at: number;
      readonly peer: string;
      readonly code: status;
      readonly reason: string;
    }
  /** A certificate of pharos' own making was renewed late or not at all: what there is stays, and it is tried again. */
  | { readonly kind: 'issuing-failed'; readonly at: number; readonly whose: string; readonly error: unknown }
  /** A mistake of ours. It has ended the stream. */
  | { readonly kind: 'crashed'; readonly at: number; readonly peer: string; readonly error: unknown };

/** For /debug/proxies. */
export interface ProxyStatus extends ProxyStream {
  readonly types: readonly TypeStatus[];
}
