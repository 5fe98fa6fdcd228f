import type { TlsEnd } from '../../route/index.ts';
import type { View } from '../../view/index.ts';
import { distinct, type TcpChain } from './tcp-chain.ts';

/** One filter chain of a gateway's listener, by its inputs. */
export type GatewayChain =
  | {
      readonly kind: 'http';
      /** The name of its route configuration. */
      readonly route: string;
      /** Statistics are counted under it. */
      readonly name?: string | undefined;
      /** TLS to one of these server names; empty: any connection. */
      readonly serverNames: readonly string[];
      readonly end?: TlsHere;
      /** Its routes may keep sessions, and have somebody asked about their requests. */
      readonly routesAsk?: true;
    }
  | ({
      readonly kind: 'tcp';
      readonly end?: TlsHere;
      /** The gateway's policies are not asked: it only passes on what other workloads say to each other. */
      readonly unguarded?: true;
    } & TcpChain);

/** TLS that ends at this chain. */
export interface TlsHere {
  readonly tls: TlsEnd;
  readonly secrets: View['secrets'];
}

/** Envoy refuses a listener in which two chains match alike: the first has what both want. */
export function distinctChains(chains: readonly GatewayChain[]): readonly GatewayChain[] {
  const claims = chains.map((chain): TcpChain & { readonly chain: GatewayChain } =>
    chain.kind === 'tcp' ? { ...chain, chain } : { ...NO_TCP, serverNames: chain.serverNames, chain },
  );
  return distinct(claims).map(({ chain, serverNames, prefixes, sources }) =>
    chain.kind === 'tcp' ? { ...chain, serverNames, prefixes, sources } : { ...chain, serverNames },
  );
}

const NO_TCP: TcpChain = { serverNames: [], prefixes: [], sources: [], to: { cluster: '' } };
