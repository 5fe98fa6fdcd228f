/** What one server, and one peer, may take. Each is a bound on memory that a peer could fill. */
export interface Limits {
  readonly streams: number;
  /** By the address that a connection comes from: many proxies may stand behind one gateway. */
  readonly streamsPerPeer: number;
  /** Of one request. A SotW proxy repeats all its names each time, so gRPC's 4 MiB are too few. */
  readonly requestBytes: number;
  readonly nodeBytes: number;
  /** On one stream, over all types. */
  readonly names: number;
  /** Of responses on their way to all proxies together. */
  readonly bytesInFlight: number;
}

const KIB = 1024;
const MIB = 1024 * KIB;

export const DEFAULT_LIMITS: Limits = {
  streams: 10_000,
  streamsPerPeer: 5_000,
  requestBytes: 16 * MIB,
  nodeBytes: 256 * KIB,
  names: 200_000,
  bytesInFlight: 32 * MIB,
};

/** Counts streams. `enter` gives the way out, or why not. */
export interface Door {
  enter(peer: string): (() => void) | string;
  readonly inside: number;
}

export function createDoor(limits: Limits): Door {
  const byHost = new Map<string, number>();
  let inside = 0;
  return {
    enter(peer) {
      const host = hostOf(peer);
      const ofHost = byHost.get(host) ?? 0;
      if (inside >= limits.streams) return `all ${limits.streams} streams are taken`;
      if (ofHost >= limits.streamsPerPeer) return `${host} has ${ofHost} streams, and may not have more`;
      inside++;
      byHost.set(host, ofHost + 1);
      return once(() => {
        inside--;
        const left = byHost.get(host)! - 1;
        if (left > 0) byHost.set(host, left);
        else byHost.delete(host);
      });
    },
    get inside() {
      return inside;
    },
  };
}

/** `127.0.0.1:4711` → `127.0.0.1`, `[::1]:4711` → `[::1]`. */
function hostOf(peer: string): string {
  return peer.replace(/:\d+$/, '');
}

function once(leave: () => void): () => void {
  let left = false;
  return () => {
    if (!left) leave();
    left = true;
  };
}
