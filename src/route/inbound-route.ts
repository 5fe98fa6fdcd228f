import type { DirectResponse, PathRewrite, Redirect, Route } from './route.ts';

/** Requests for a host that have come to a port of a workload. What no route takes is not found. */
export interface InboundHost {
  /** `*`: any. */
  readonly host: string;
  readonly routes: readonly InboundRoute[];
}

/** A route of requests that have arrived. Who is let in to it is said of the object that it stands in: `origin.object`. */
export interface InboundRoute extends Omit<Route, 'action'> {
  readonly action: Deliver | Redirect | DirectResponse;
}

/** To the program that listens on the port. */
export interface Deliver {
  readonly kind: 'deliver';
  readonly rewritePath: PathRewrite | undefined;
  readonly rewriteHost: string | undefined;
}
