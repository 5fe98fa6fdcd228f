import { Agent, request } from 'node:http';

export interface Load {
  /** Requests that were answered, so far. */
  readonly answered: () => number;
  /** Everything that was not a 200, with what was going on at the time. */
  readonly failures: () => readonly string[];
  /** No new requests; waits for those under way. */
  readonly stop: () => Promise<void>;
}

export interface LoadOptions {
  readonly perSecond: number;
  /** Where the requests go, in turn. Every fourth has a connection of its own. */
  readonly targets: readonly Target[];
  readonly doing: () => string;
}

export interface Target {
  readonly port: number;
  readonly host: string;
  /** An absolute URL for a target that is an HTTP proxy. */
  readonly path: string;
}

/** Steady load from this process. */
export function startLoad({ perSecond, targets, doing }: LoadOptions): Load {
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });
  const failures: string[] = [];
  const pending = new Set<Promise<void>>();
  let answered = 0;
  let count = 0;
  const one = (): void => {
    const target = targets[count % targets.length]!;
    const isFresh = count++ % 4 === 0;
    const sent = send(target, isFresh ? new Agent({ keepAlive: false }) : agent)
      .then((status) => {
        if (status === 200) answered++;
        else failures.push(`${status} from ${target.path} during: ${doing()}`);
      })
      .catch((error: Error) => failures.push(`${error.message} from ${target.path} during: ${doing()}`))
      .then(() => void pending.delete(sent));
    pending.add(sent);
  };
  const timer = setInterval(one, 1000 / perSecond);
  return {
    answered: () => answered,
    failures: () => failures,
    stop: async () => {
      clearInterval(timer);
      await Promise.all(pending);
      agent.destroy();
    },
  };
}

function send({ port, host, path }: Target, agent: Agent): Promise<number> {
  return new Promise((resolve, reject) => {
    const call = request({ host: '127.0.0.1', port, path, headers: { host }, agent, timeout: 5_000 }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode!));
      response.on('error', reject);
    });
    call.on('timeout', () => call.destroy(new Error('no answer within 5 s')));
    call.on('error', reject);
    call.end();
  });
}
