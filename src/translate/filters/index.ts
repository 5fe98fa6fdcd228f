/**
 * Filters: what stands between a listener and a route, or a cluster.
 *
 *   in   what is enforced where the filters stand
 *   out  the filters of an HTTP connection manager; those before a TCP proxy; each in their order
 *
 * The order is Istio's, and it is here only: https://istio.io/latest/docs/reference/config/ (HTTP filter chain).
 */
import type { Filter, HttpFilter } from '../../proto/index.ts';
import type { Enforced } from '../enforced.ts';
import { authorization, connectionAuthorization } from './authorization.ts';
import { cors } from './cors.ts';
import { asksForTokens, customAuthorization, customConnectionAuthorization } from './custom-authorization.ts';
import { fault } from './fault.ts';
import { grpcStats } from './grpc-stats.ts';
import { jwtAuthn } from './jwt-authn.ts';
import { routeAuthorization } from './route-authorization.ts';
import { routeSession } from './route-session.ts';
import { router } from './router.ts';

export { claimMatcher, routeMetadata } from './rbac/metadata.ts';
export { authorizationOfRoute, ROUTE_AUTHORIZATION } from './route-authorization.ts';
export { ROUTE_SESSION, sessionOfRoute } from './route-session.ts';

/** What routes behind the filters may ask for. */
interface Behind {
  /** To be chosen by claims of tokens. */
  readonly routesByClaims?: boolean;
  /** Sessions, and that somebody is asked about their requests. */
  readonly routesAsk?: boolean;
}

export function httpFilters(enforced: Enforced, options: Behind = {}): readonly HttpFilter[] {
  const tokens = jwtAuthn(enforced.tokenRules, options);
  const custom = customAuthorization(enforced.authorization);
  return [
    // Istio's order, in which the service that is asked sees the token as it came: but whether to ask may depend on it.
    ...(asksForTokens(enforced.authorization) ? [...tokens, ...custom] : [...custom, ...tokens]),
    ...authorization(enforced.authorization), // knows by now what the token says; before whatever answers by itself
    grpcStats(), // before what injects faults, so that these are counted
    fault(), // before cors: an aborted request gets no CORS headers, as a failing upstream's would not
    cors(), // answers preflights before they are routed
    ...(options.routesAsk
      ? [
          routeAuthorization(), // a browser sends nothing with preflights by which it could be known
          routeSession(), // who is not let through has no session
        ]
      : []),
    router(), // must be the last: nothing after it is called
  ];
}

/** Of a connection that is not HTTP, before it is sent on. Tokens are no part of such connections. */
export function connectionFilters({ authorization: all }: Enforced): readonly Filter[] {
  return [...customConnectionAuthorization(all), ...connectionAuthorization(all)];
}
