import type { OutlierDetection as Policy } from '../../mesh/index.ts';
import type { OutlierDetection } from '../../proto/index.ts';
import { duration } from '../values.ts';

/** Ejection by success rate is off: Istio's API does not speak of it, and Envoy's default would eject by it. */
export function buildOutlierDetection(policy: Policy | undefined): OutlierDetection | undefined {
  if (!policy) return undefined;
  return {
    enforcingSuccessRate: 0,
    consecutive5xx: policy.consecutive5xxErrors,
    enforcingConsecutive5xx: enforcing(policy.consecutive5xxErrors),
    consecutiveGatewayFailure: policy.consecutiveGatewayErrors,
    enforcingConsecutiveGatewayFailure: enforcing(policy.consecutiveGatewayErrors),
    interval: policy.intervalMs === undefined ? undefined : duration(policy.intervalMs),
    baseEjectionTime: policy.baseEjectionTimeMs === undefined ? undefined : duration(policy.baseEjectionTimeMs),
    maxEjectionPercent: policy.maxEjectionPercent || undefined,
    ...(policy.splitExternalLocalOriginErrors && buildLocalOrigin(policy.consecutiveLocalOriginFailures)),
  };
}

/** Errors of connecting are counted apart from errors of the answer. */
function buildLocalOrigin(consecutive: number | undefined): OutlierDetection {
  return {
    splitExternalLocalOriginErrors: true,
    enforcingLocalOriginSuccessRate: 0,
    ...(consecutive && { consecutiveLocalOriginFailure: consecutive, enforcingConsecutiveLocalOriginFailure: 100 }),
  };
}

/** 0 errors switches the kind off: that is what enforcing at 0 % means. */
function enforcing(consecutive: number | undefined): number | undefined {
  if (consecutive === undefined) return undefined;
  return consecutive > 0 ? 100 : 0;
}
