import { pack, type RetryPolicy } from '../../proto/index.ts';
import type { Retry } from '../../route/index.ts';
import { duration } from '../values.ts';

/**
 * How a request is tried again: Istio's default, with what the user said in its place. Undefined: never.
 * https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPRetry
 *
 * `hashed`: the destination is chosen by a hash of the request, and a retry should come to the same endpoint.
 */
export function buildRetryPolicy(retry: Retry | undefined, hashed: boolean): RetryPolicy | undefined {
  if (retry && retry.attempts <= 0) return undefined;
  const conditions = retryConditions(retry);
  const avoidsPreviousHosts = retry?.avoidPreviousHosts ?? !hashed;
  return {
    retryOn: conditions,
    numRetries: retry?.attempts ?? DEFAULT_ATTEMPTS,
    perTryTimeout: retry?.perTryTimeoutMs === undefined ? undefined : duration(retry.perTryTimeoutMs),
    retryHostPredicate: avoidsPreviousHosts ? [PREVIOUS_HOSTS] : undefined,
    hostSelectionRetryMaxAttempts: 5,
    retriableStatusCodes: retry && retry.statusCodes.length > 0 ? retry.statusCodes : undefined,
    retryPriority: retry?.remoteLocalities ? PREVIOUS_PRIORITIES : undefined,
    retryBackOff: retry?.backoffMs === undefined ? undefined : { baseInterval: duration(retry.backoffMs) },
  };
}

const DEFAULT_ATTEMPTS = 2;
/** Without 503: a request that the application refused may have been carried out (Istio since 1.24). */
const DEFAULT_CONDITIONS = 'connect-failure,refused-stream,unavailable,cancelled,retriable-status-codes';

const PREVIOUS_HOSTS = {
  name: 'envoy.retry_host_predicates.previous_hosts',
  typedConfig: pack('envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate', {}),
};

const PREVIOUS_PRIORITIES = {
  name: 'envoy.retry_priorities.previous_priorities',
  typedConfig: pack('envoy.extensions.retry.priority.previous_priorities.v3.PreviousPrioritiesConfig', {
    updateFrequency: 2,
  }),
};

/** Status codes alone mean nothing to Envoy without the condition that asks for them. */
function retryConditions(retry: Retry | undefined): string {
  if (!retry || (retry.on === '' && retry.statusCodes.length === 0)) return DEFAULT_CONDITIONS;
  const conditions = retry.on === '' ? [] : retry.on.split(',');
  const needed = retry.statusCodes.length > 0 && !conditions.includes('retriable-status-codes');
  return [...conditions, ...(needed ? ['retriable-status-codes'] : [])].join(',');
}
