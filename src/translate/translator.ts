import type { Layers } from '../lib/layers.ts';
import type { Origin, Problem } from '../mesh/index.ts';
import type { Entry, JsonObject, XdsType } from '../proto/index.ts';
import type { ViewId } from '../view/index.ts';

/** Which part of a resource an origin decided: `virtualHosts[0].routes[2]`; empty for the whole. */
export interface Decided {
  readonly path: string;
  readonly origin: Origin;
}

/** What a builder returns: the message as ProtoJSON, and who decided what in it. */
export interface Built<M = JsonObject> {
  readonly message: M;
  readonly decided: readonly Decided[];
}

/** Something that a user asked for and a proxy does not have, and why. */
export interface LeftOut {
  readonly origin: Origin;
  readonly message: string;
  readonly hint?: string;
  /** `error` unless said. */
  readonly severity?: Problem['severity'];
}

/** One xDS type's resources for a view, in layers that views share. */
export interface Translator {
  readonly type: XdsType;
  readonly resources: (view: ViewId) => Layers<Entry>;
  /** Builds one resource again, with its origins. Costs one resource; nothing is remembered. */
  readonly explain: (view: ViewId, name: string) => Built | undefined;
  /** What this view does not have though somebody asked for it. Undefined: nothing ever. */
  readonly leftOut?: (view: ViewId) => readonly LeftOut[];
}
