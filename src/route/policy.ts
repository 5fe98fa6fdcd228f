import type { HttpRoute, IstioDestination } from '../api/index.ts';
import { durationMs } from '../lib/duration.ts';
import { fromCors } from './cors.ts';
import { type Caller, fromDestination } from './destination.ts';
import { fromFault, percentOf } from './fault.ts';
import { fromHeaders } from './headers.ts';
import { fromRetries } from './retry.ts';
import type { Mirror, RoutePolicy } from './route.ts';

/** Everything that a route does besides choosing where a request goes. */
export function fromPolicy(http: HttpRoute, caller: Caller): RoutePolicy {
  const timeoutMs = durationMs(http.timeout ?? '');
  const retry = fromRetries(http.retries);
  const mirrors = mirrorsOf(http).map(
    ({ destination, percent }): Mirror => ({ to: fromDestination(destination, caller), percent }),
  );
  const headers = fromHeaders(http.headers);
  const fault = fromFault(http.fault);
  const cors = fromCors(http.corsPolicy);
  return {
    ...(timeoutMs !== undefined && { timeoutMs }),
    ...(retry && { retry }),
    ...(mirrors.length > 0 && { mirrors }),
    ...(headers && { headers }),
    ...(fault && { fault }),
    ...(cors && { cors }),
  };
}

export interface MirrorRule {
  readonly destination: IstioDestination;
  readonly percent: number;
  /** Where it stands in the route: `mirrors[0].destination`. */
  readonly path: string;
}

/** The mirrors of a route, in the old way of writing and the new. Those of 0 percent are none. */
export function mirrorsOf(http: HttpRoute): readonly MirrorRule[] {
  const percent = percentOf(http.mirrorPercentage) ?? http.mirrorPercent ?? http.mirror_percent ?? 100;
  const single = http.mirror ? [{ destination: http.mirror, percent, path: 'mirror' }] : [];
  const several = (http.mirrors ?? []).flatMap(({ destination, percentage }, i) =>
    destination ? [{ destination, percent: percentOf(percentage) ?? 100, path: `mirrors[${i}].destination` }] : [],
  );
  return [...single, ...several].filter((mirror) => mirror.percent > 0);
}
