import type { HttpFault } from '../api/index.ts';
import { GRPC_STATUSES } from '../api/istio/http-words.ts';
import { durationMs } from '../lib/duration.ts';
import type { Fault } from './route.ts';

/** https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPFaultInjection */
export function fromFault(fault: HttpFault | undefined): Fault | undefined {
  const delay = fromDelay(fault?.delay);
  const abort = fromAbort(fault?.abort);
  return delay || abort ? { delay, abort } : undefined;
}

function fromDelay(delay: HttpFault['delay']): Fault['delay'] {
  const fixedMs = durationMs(delay?.fixedDelay ?? '');
  if (!delay || fixedMs === undefined) return undefined;
  // Without a percentage nothing is delayed, as in Istio. `percent` is the older name.
  return { fixedMs, percent: percentOf(delay.percentage) ?? delay.percent ?? 0 };
}

function fromAbort(abort: HttpFault['abort']): Fault['abort'] {
  if (!abort) return undefined;
  const percent = percentOf(abort.percentage) ?? 0;
  if (abort.httpStatus !== undefined) return { percent, status: { http: abort.httpStatus } };
  if (abort.grpcStatus === undefined) return undefined;
  return { percent, status: { grpc: GRPC_STATUSES.indexOf(abort.grpcStatus) } };
}

/** `{}` is 0: protobuf's default. */
export function percentOf(percent: { readonly value?: number | undefined } | undefined): number | undefined {
  return percent && (percent.value ?? 0);
}
