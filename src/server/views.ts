import type { Graph, Watch } from '../graph/index.ts';
import type { Layers } from '../lib/layers.ts';
import type { Entry, XdsType } from '../proto/index.ts';
import type { Translator } from '../translate/index.ts';
import { falseClaim, type Node, nodeProblem, type Views } from '../view/index.ts';
import { NodeRefused, type OpenView, type ResourceSource } from './resource-source.ts';
import type { WorkloadCertificates } from './workload-certificates.ts';

/** A proxy whose view is gone sees nothing, until its stream ends. */
const NOTHING: Layers<Entry> = [];

/**
 * Serves proxies from the graph: a connection is a row in a table, and each type it reads is a watch. A workload whose
 * proxy takes its certificate from its stream has one as long as the stream is open.
 */
export function createGraphSource(
  graph: Graph,
  views: Views,
  translators: Readonly<Record<XdsType, Translator>>,
  certificates?: Pick<WorkloadCertificates, 'hold'>,
): ResourceSource {
  let opened = 0;
  return {
    open(node, wake): OpenView {
      const connection = `${++opened}`;
      const watches = new Map<XdsType, Watch<Layers<Entry>>>();
      let release: (() => void) | undefined;
      const connect = (as: Node): void => {
        const lie = falseClaim(as);
        if (lie) throw new NodeRefused(lie, { isFalse: true });
        const problem = nodeProblem(as);
        if (problem) throw new NodeRefused(problem);
        views.connections.set(connection, as);
        if (as.identity && takesCertificate(views, connection)) release ??= certificates?.hold(as.identity);
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
          release?.();
        },
      };
    },
  };
}

/** Others have an agent beside them, which asks for certificates itself. */
function takesCertificate(views: Views, connection: string): boolean {
  return views.view(views.viewFor(connection)!).secrets === 'ads';
}
