import type { HttpRetry } from '../api/index.ts';
import { durationMs } from '../lib/duration.ts';
import type { Retry } from './route.ts';

/**
 * https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPRetry
 *
 * Without `attempts` nothing is retried: whoever writes `retries` says how often.
 */
export function fromRetries(retries: HttpRetry | undefined): Retry | undefined {
  if (!retries) return undefined;
  const { conditions, statusCodes } = parseRetryOn(retries.retryOn ?? '');
  return {
    attempts: retries.attempts ?? 0,
    perTryTimeoutMs: durationMs(retries.perTryTimeout ?? ''),
    on: conditions.join(','),
    statusCodes,
    backoffMs: durationMs(retries.backoff ?? ''),
    remoteLocalities: retries.retryRemoteLocalities,
    avoidPreviousHosts: retries.retryIgnorePreviousHosts,
  };
}

/** `5xx,reset,503`: conditions and status codes stand in one list. */
function parseRetryOn(text: string): { conditions: readonly string[]; statusCodes: readonly number[] } {
  const words = text.split(',').map((word) => word.trim());
  const isCode = (word: string): boolean => /^[1-5]\d\d$/.test(word);
  return {
    conditions: words.filter((word) => word !== '' && !isCode(word)),
    statusCodes: words.filter(isCode).map(Number),
  };
}
