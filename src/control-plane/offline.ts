import { entriesIn } from '../lib/layers.ts';
import { decode, type JsonObject, redact, typeUrlOf, type XdsType } from '../proto/index.ts';
import { type Node, nodeProblem, type ViewId } from '../view/index.ts';
import type { ControlPlane } from './index.ts';

export interface ShownResource {
  readonly type: XdsType;
  readonly name: string;
  readonly json: JsonObject;
}

/** A connection of nobody. */
const OFFLINE = 'offline';

/** What a node would be sent, as canonical ProtoJSON, by type and name. No stream is opened. Throws for a node that cannot be served. */
export function resourcesFor(controlPlane: ControlPlane, node: Node, types: readonly XdsType[]): ShownResource[] {
  const problem = nodeProblem(node);
  if (problem) throw new Error(problem);
  const { connections, viewFor } = controlPlane.views;
  connections.set(OFFLINE, node);
  try {
    return resourcesOf(controlPlane, viewFor(OFFLINE)!, types);
  } finally {
    connections.delete(OFFLINE);
  }
}

/** What a view is sent, as canonical ProtoJSON, by type and name; private keys are blackened. */
export function resourcesOf({ translators }: ControlPlane, view: ViewId, types: readonly XdsType[]): ShownResource[] {
  return types.flatMap((type) =>
    [...entriesIn(translators[type].resources(view))]
      .flatMap(([name, entry]) =>
        entry.version === undefined ? [] : [{ type, name, json: redact(decode(typeUrlOf(type), entry.bytes)) }],
      )
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
  );
}
