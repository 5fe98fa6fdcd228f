import type { Graph } from '../graph/index.ts';
import type { XdsType } from '../proto/index.ts';
import type { ServerEvent } from '../server/index.ts';
import type { ViewId } from '../view/index.ts';

/** A resource that a connected proxy did not take. */
export interface Rejected {
  readonly stream: number;
  /** The node's id. */
  readonly proxy: string;
  readonly view: ViewId;
  readonly type: XdsType;
  /** Empty if the proxy named none. */
  readonly name: string;
  /** In the proxy's words. */
  readonly error: string;
}

/** What comes back from proxies enters again at the left: as a table. */
export interface Rejections {
  readonly take: (event: ServerEvent) => void;
  readonly all: () => readonly Rejected[];
}

export function createRejections(graph: Graph): Rejections {
  const table = graph.table<Rejected>('rejections');
  const byStream = table.index('byStream', ({ stream }) => [`${stream}`]);
  const take = (event: ServerEvent): void => {
    switch (event.kind) {
      case 'rejected':
        for (const { type, name = '', error } of event.rejections) {
          const { stream, node, view } = event.proxy;
          table.set(`${stream}|${type}|${name}`, { stream, proxy: node.id, view, type, name, error });
        }
        return;
      case 'cleared':
        return table.delete(`${event.proxy.stream}|${event.type}|${event.name}`);
      case 'disconnected':
        for (const key of byStream(`${event.proxy.stream}`)) table.delete(key);
        return;
      default:
        return;
    }
  };
  return { take, all: () => table.keys().map((key) => table.get(key)!) };
}
