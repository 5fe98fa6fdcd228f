import type { ServerEvent } from '../../server/index.ts';
import type { PushEvent } from './live.ts';

type Sent = Extract<ServerEvent, { kind: 'sent' }>;

/** Listens to the server and tells each push once its proxy has answered it. */
export function followPushes(tell: (push: PushEvent) => void): (event: ServerEvent) => void {
  /** Unanswered, by stream and type: there is one at a time of each. */
  const open = new Map<string, Sent>();
  return (event) => {
    switch (event.kind) {
      case 'sent':
        open.set(`${event.proxy.stream} ${event.type}`, event);
        return;
      case 'accepted':
      case 'rejected': {
        const key = `${event.proxy.stream} ${event.type}`;
        const sent = open.get(key);
        if (sent?.nonce !== event.nonce) return;
        open.delete(key);
        tell({ ...pushOf(sent), ...(event.kind === 'accepted' ? { ackMs: event.ms } : { nack: event.error }) });
        return;
      }
      case 'disconnected':
        for (const key of open.keys()) if (key.startsWith(`${event.proxy.stream} `)) open.delete(key);
    }
  };
}

function pushOf({ proxy, type, resources, removed, bytes }: Sent): PushEvent {
  return { proxy: proxyName(proxy.node.id), type: type.toUpperCase(), changed: resources, removed, bytes };
}

/** `router~10.0.0.7~gateway.bookinfo~bookinfo.svc.cluster.local` → `gateway.bookinfo`; a plain Envoy's id is its name. */
function proxyName(nodeId: string): string {
  return nodeId.split('~')[2] ?? nodeId;
}
