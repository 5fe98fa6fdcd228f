/** What connections to the secure port may take, before anybody has proved anything. */
export interface ConnectionLimits {
  readonly connections: number;
  /** By the address that a connection comes from: many proxies may stand behind one gateway. */
  readonly connectionsPerPeer: number;
  /** TLS handshakes under way at the same time. */
  readonly handshakes: number;
  readonly handshakeMs: number;
}

export const DEFAULT_CONNECTION_LIMITS: ConnectionLimits = {
  connections: 20_000,
  connectionsPerPeer: 5_000,
  // Each costs about a millisecond of signing: more would wait longer than the time limit anyway.
  handshakes: 1_000,
  handshakeMs: 10_000,
};

export interface Visit {
  /** The handshake is over. */
  readonly greeted: () => void;
  /** The connection is gone. */
  readonly left: () => void;
}

export interface Reception {
  /** Lets a connection in, or says why not. */
  readonly enter: (host: string) => Visit | string;
}

export function createReception(limits: ConnectionLimits): Reception {
  const byHost = new Map<string, number>();
  let inside = 0;
  let shaking = 0;
  return {
    enter(host) {
      const ofHost = byHost.get(host) ?? 0;
      if (inside >= limits.connections) return `all ${limits.connections} connections are taken`;
      if (shaking >= limits.handshakes) return `${shaking} TLS handshakes are under way, and no more are begun`;
      if (ofHost >= limits.connectionsPerPeer) return `${host} has ${ofHost} connections, and may not have more`;
      inside++;
      shaking++;
      byHost.set(host, ofHost + 1);
      const greeted = once(() => shaking--);
      const left = once(() => {
        greeted();
        inside--;
        const others = byHost.get(host)! - 1;
        if (others > 0) byHost.set(host, others);
        else byHost.delete(host);
      });
      return { greeted, left };
    },
  };
}

function once(act: () => void): () => void {
  let done = false;
  return () => {
    if (!done) act();
    done = true;
  };
}
