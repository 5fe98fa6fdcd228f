import type { Graph, Watch } from '../graph/index.ts';
import type { Layers } from '../lib/layers.ts';
import type { Entry, XdsType } from '../proto/index.ts';
import type { Translator } from '../translate/index.ts';
import { type Node, nodeProblem, type Views } from '../view/index.ts';
import { NodeRefused, type OpenView, type ResourceSource } from './resource-source.ts';

/** A proxy whose view is gone sees nothing, until its stream ends. */
const NOTHING: Layers<Entry> = [];

/** Serves proxies from the graph: a connection is a row in a table, and each type it reads is a watch. */
export function createGraphSource(
  graph: Graph,
  views: Views,
  translators: Readonly<Record<XdsType, Translator>>,
): ResourceSource {
  let opened = 0;
  return {
    open(node, wake): OpenView {
      const connection = `${++opened}`;
      const watches = new Map<XdsType, Watch<Layers<Entry>>>();
      const connect = (as: Node): void => {
        const problem = nodeProblem(as);
        if (problem) throw new NodeRefused(problem);
        views.connections.set(connection, as);
      };
      const watch = (type: XdsType): Watch<Layers<Entry>> => {
        const read = (): Layers<Entry> => {
          const view = views.viewFor(connection);
          return view === undefined ? NOTHING : translators[type].resources(view);
        };
        return graph.watch(`${type} of connection ${connection}`, read, () => wake());
      };
      connect(node);
      return {
        get id() {
          return views.viewFor(connection)!;
        },
        read: (type) => {
          if (!watches.has(type)) watches.set(type, watch(type));
          return watches.get(type)!.read();
        },
        update: connect,
        stop: () => {
          for (const open of watches.values()) open.stop();
          views.connections.delete(connection);
        },
      };
    },
  };
}
