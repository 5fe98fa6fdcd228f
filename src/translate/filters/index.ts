/**
 * HTTP filters: what stands between a listener and a route.
 *
 *   in   what is enforced where the filters stand
 *   out  the filters of an HTTP connection manager, in their order
 *
 * The order is Istio's, and it is here only: https://istio.io/latest/docs/reference/config/ (HTTP filter chain).
 */
import type { HttpFilter } from '../../proto/index.ts';
import type { Enforced } from '../enforced.ts';
import { cors } from './cors.ts';
import { fault } from './fault.ts';
import { grpcStats } from './grpc-stats.ts';
import { router } from './router.ts';

export function httpFilters(_enforced: Enforced): readonly HttpFilter[] {
  return [
    grpcStats(), // first, so that calls which a later filter answers are counted
    fault(), // before cors: an aborted request gets no CORS headers, as a failing upstream's would not
    cors(), // answers preflights before they are routed
    router(), // must be the last: nothing after it is called
  ];
}
