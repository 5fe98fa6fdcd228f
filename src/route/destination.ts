import type { IstioDestination } from '../api/index.ts';
import type { Service } from '../mesh/index.ts';
import type { Destination } from './route.ts';

/** What a client knows of the destinations that rules name, by full host. */
export interface Known {
  readonly service: (host: string) => Service | undefined;
  readonly hasSubset: (host: string, subset: string) => boolean;
  /** The full host that a host means in a namespace. */
  readonly resolve: (host: string, namespace: string) => string;
}

/** Where the rule stands, and what the client called. */
export interface Caller extends Known {
  /** Where short names are at home. */
  readonly namespace: string;
  /** The port that was called. */
  readonly port: number;
}

/** Why a destination gets nothing. */
export type Mistake = 'no-destination' | 'unknown-host' | 'unknown-subset' | 'unknown-port' | 'ambiguous-port';

/**
 * A destination that does not exist is broken: what would go there is answered with 500. (Istio answers 503 for most
 * of these, with the flag NC, and 500 for the same in Gateway API: one rule for all is ours.)
 */
export function fromDestination(destination: IstioDestination | undefined, caller: Caller): Destination {
  const found = findDestination(destination, caller);
  return 'mistake' in found ? { kind: 'broken', status: 500 } : { kind: 'service', ...found };
}

type Found = { readonly host: string; readonly port: number; readonly subset: string | undefined };

export function findDestination(
  destination: IstioDestination | undefined,
  caller: Caller,
): Found | { readonly mistake: Mistake } {
  if (!destination?.host) return { mistake: 'no-destination' };
  const host = caller.resolve(destination.host, caller.namespace);
  const service = caller.service(host);
  if (!service) return { mistake: 'unknown-host' };
  const port = destination.port?.number ?? defaultPort(service, caller.port);
  if (port === undefined) return { mistake: 'ambiguous-port' };
  if (!service.ports.some(({ number }) => number === port)) return { mistake: 'unknown-port' };
  const subset = destination.subset || undefined;
  if (subset !== undefined && !caller.hasSubset(host, subset)) return { mistake: 'unknown-subset' };
  return { host, port, subset };
}

/** The single port, else the one that was called. */
function defaultPort({ ports }: Service, called: number): number | undefined {
  if (ports.length === 1) return ports[0]!.number;
  return ports.some(({ number }) => number === called) ? called : undefined;
}
