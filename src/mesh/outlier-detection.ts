import type { OutlierDetectionSettings } from '../api/index.ts';
import { durationMs } from '../lib/duration.ts';
import { said, unlessZero } from './said.ts';
import type { OutlierDetection } from './traffic-policy.ts';

/** https://istio.io/latest/docs/reference/config/networking/destination-rule/#OutlierDetection */
export function outlierDetectionOf(settings: OutlierDetectionSettings): OutlierDetection {
  return said({
    consecutive5xxErrors: settings.consecutive5xxErrors,
    // `consecutiveErrors` counted 502, 503 and 504 before it got its new name.
    consecutiveGatewayErrors: settings.consecutiveGatewayErrors ?? settings.consecutiveErrors,
    consecutiveLocalOriginFailures: settings.consecutiveLocalOriginFailures,
    splitExternalLocalOriginErrors: settings.splitExternalLocalOriginErrors,
    intervalMs: ms(settings.interval),
    baseEjectionTimeMs: ms(settings.baseEjectionTime),
    maxEjectionPercent: unlessZero(settings.maxEjectionPercent),
    minHealthPercent: settings.minHealthPercent,
  });
}

function ms(duration: string | undefined): number | undefined {
  return duration === undefined ? undefined : durationMs(duration);
}
