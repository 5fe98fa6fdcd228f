import type { Layers } from '../lib/layers.ts';
import type { Entry, XdsType } from '../proto/index.ts';
import type { Node, ViewId } from '../view/index.ts';

/** Where the resources come from: the graph, or a test's own sets. */
export interface ResourceSource {
  /**
   * A proxy has connected. `wake` tells that something it sees may have changed, and when (by the server's clock; now if
   * left out). It may be called often and at any time, and must not be answered by a call from within.
   * Throws NodeRefused for a node that no view can be made of.
   */
  open(node: Node, wake: (at?: number) => void): OpenView;
}

/** One connected proxy's resources. */
export interface OpenView {
  /** Which view the proxy is. Another one, maybe, after `update`. */
  readonly id: ViewId;
  /**
   * The layers of one type as things are now. Called for the types that the proxy subscribes to, one after the other in
   * one turn of the event loop, and only then. After it was called, a change that it would show must wake.
   */
  read(type: XdsType): Layers<Entry>;
  /** The proxy says something else about itself. The server reads again after this. */
  update(node: Node): void;
  /** The proxy has gone. */
  stop(): void;
}

/** The node is the peer's mistake: it is told why, as INVALID_ARGUMENT; or as PERMISSION_DENIED, if it claims to be another. */
export class NodeRefused extends Error {
  override readonly name = 'NodeRefused';
  readonly isFalse: boolean;

  constructor(message: string, { isFalse = false } = {}) {
    super(message);
    this.isFalse = isFalse;
  }
}
