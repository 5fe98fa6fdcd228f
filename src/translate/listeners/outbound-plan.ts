import type { Origin } from '../../mesh/index.ts';
import { distinct, type TcpChain } from './tcp-chain.ts';
import type { Wanted } from './wanted.ts';

/** One listener of a sidecar, decided: several services may share it. */
export interface OutboundPlan {
  readonly bind: string;
  readonly port: number;
  /** The route of its HTTP chain. */
  readonly route: string | undefined;
  /** Chains for what is not HTTP, each with another match. */
  readonly tcp: readonly TcpChain[];
  /** Some of its requests may have sessions, or somebody asked about them. */
  readonly routesAsk?: true;
  /** Who has a part in it, in the order of hosts. */
  readonly origins: readonly Origin[];
}

/**
 * Merges what services want on one address and port. HTTP services share one chain, because a request says its host;
 * other connections say less, so the first service that wants a match has it. Both on one port are told apart by
 * looking at the first bytes, as Istio does.
 */
export function planOf(wanted: readonly [Wanted, ...Wanted[]]): OutboundPlan {
  const { bind, port } = wanted[0];
  const able = SERVER_FIRST.has(port) ? wanted.filter((other) => isHttp(other) === isHttp(wanted[0])) : wanted;
  return {
    bind,
    port,
    route: able.find(({ route }) => route)?.route,
    tcp: distinct(able.flatMap(({ tcp }) => tcp)),
    ...(able.some(({ routesAsk }) => routesAsk) && { routesAsk: true }),
    origins: able.flatMap(({ origins }) => origins),
  };
}

/** The server speaks first on these (SMTP, DNS, MySQL, MongoDB): who waits for the client's first bytes waits forever. */
const SERVER_FIRST: ReadonlySet<number> = new Set([25, 53, 3306, 27017]);

function isHttp({ route }: Wanted): boolean {
  return route !== undefined;
}
