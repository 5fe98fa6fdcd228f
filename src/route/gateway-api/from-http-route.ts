import {
  gatewayDurationMs,
  type HttpRouteRetry,
  type HttpRouteRule,
  type HttpRouteTimeouts,
  matchesOf,
} from '../../api/index.ts';
import type { Position } from '../position.ts';
import type { Retry, RoutePolicy } from '../route.ts';
import type { Around } from './listening.ts';
import { fromHttpMatch } from './match.ts';
import { type Ranked, rankOfHttp } from './precedence.ts';
import { fromRule } from './rule.ts';

/** The routes of one rule: https://gateway-api.sigs.k8s.io/reference/spec/#httprouterule */
export function fromHttpRule(rule: HttpRouteRule, at: Position, around: Around): readonly Ranked[] {
  const matches = matchesOf(rule).map((written) => {
    const match = fromHttpMatch(written);
    return { match, rank: rankOfHttp(written, match) };
  });
  return fromRule(rule, matches, settingsOf(rule), at, around);
}

/** Nobody waits for ever unless nobody said how long. `0s` is as long as it takes. */
function settingsOf({ timeouts, retry }: HttpRouteRule): RoutePolicy {
  const timeoutMs = timeouts?.request === undefined ? undefined : gatewayDurationMs(timeouts.request);
  const tries = fromRetry(retry, timeouts);
  return { ...(timeoutMs !== undefined && { timeoutMs }), ...(tries && { retry: tries }) };
}

/** https://gateway-api.sigs.k8s.io/geps/gep-1731/ */
function fromRetry(retry: HttpRouteRetry | undefined, timeouts: HttpRouteTimeouts | undefined): Retry | undefined {
  const perTryMs = timeouts?.backendRequest === undefined ? 0 : gatewayDurationMs(timeouts.backendRequest);
  if (!retry && perTryMs === 0) return undefined;
  return {
    attempts: retry?.attempts ?? DEFAULT_ATTEMPTS,
    perTryTimeoutMs: perTryMs === 0 ? undefined : perTryMs,
    on: retry ? CONNECTION_ERRORS : '',
    statusCodes: retry?.codes ?? [],
    backoffMs: retry?.backoff === undefined ? undefined : gatewayDurationMs(retry.backoff),
    remoteLocalities: undefined,
    avoidPreviousHosts: undefined,
  };
}

/** As where nobody says anything. */
const DEFAULT_ATTEMPTS = 2;
/** Disconnected, reset, not answered in time, never connected. */
const CONNECTION_ERRORS = 'connect-failure,refused-stream,reset';
