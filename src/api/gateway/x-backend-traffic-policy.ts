import type { z } from 'zod';
import { THE_OBJECT } from '../cost.ts';
import { defineKind } from '../kind.ts';
import type { KubeObject } from '../object.ts';
import { type Deep, object, optional, rule, show, wholeNumber } from '../vocabulary.ts';
import { EXPERIMENTAL } from './group.ts';
import { type LocalReference, localReference } from './references.ts';
import { remarksOnSession, sessionPersistence } from './session-persistence.ts';
import { between, gatewayDuration, gatewayDurationMs } from './words.ts';

/** https://gateway-api.sigs.k8s.io/geps/gep-3388/ */
const retryConstraint = object({
  /** How many of the requests may be retries. */
  budget: optional(
    object({
      /** Absent: 20. */
      percent: optional(wholeNumber(0, 100)),
      /** Absent: 10s. */
      interval: optional(
        gatewayDuration().check(
          rule((value) => (isBetween(value, 1000, HOUR) ? undefined : `must be between 1s and 1h, not ${show(value)}`)),
        ),
      ),
    }),
  ),
  /** Retries that there may always be. */
  minRetryRate: optional(
    object({
      /** Absent: 10. */
      count: optional(wholeNumber(1, 1_000_000)),
      /** Absent: 1s. */
      interval: optional(
        gatewayDuration().check(
          rule((value) =>
            isBetween(value, 1, HOUR) ? undefined : `must be more than 0s and at most 1h, not ${show(value)}`,
          ),
        ),
      ),
    }),
  ),
});

const HOUR = 3_600_000;

function isBetween(duration: string, least: number, most: number): boolean {
  const ms = gatewayDurationMs(duration);
  return ms >= least && ms <= most;
}

const schema = object({
  spec: object({
    targetRefs: between(16, localReference).check(rule(sameTargets)),
    retryConstraint: optional(retryConstraint),
    sessionPersistence: optional(sessionPersistence),
  }),
});

export type XBackendTrafficPolicy = KubeObject<Deep<z.infer<typeof schema>>>;
export type RetryConstraint = Deep<z.infer<typeof retryConstraint>>;

export const xBackendTrafficPolicyKind = defineKind({
  ...EXPERIMENTAL,
  kind: 'XBackendTrafficPolicy',
  schema,
  costs: {
    'spec.targetRefs': THE_OBJECT,
    'spec.targetRefs[]': 'spec.targetRefs[]',
    'spec.retryConstraint.budget': 'spec.retryConstraint.budget',
    'spec.retryConstraint.minRetryRate': 'spec.retryConstraint.minRetryRate',
    'spec.sessionPersistence': 'spec.sessionPersistence',
  },
  notApplied: {
    'spec.retryConstraint.budget.interval':
      'Envoy counts the requests that are under way at a moment, not those of a time: percent is of these',
  },
  check: ({ spec: { sessionPersistence: session } }) =>
    session ? remarksOnSession(session, ['spec', 'sessionPersistence']) : [],
});

function sameTargets(targets: readonly LocalReference[]) {
  const names = targets.map(({ group, kind, name }) => `${group}/${kind}/${name}`);
  return names.flatMap((name, i) =>
    names.indexOf(name) === i
      ? []
      : [{ path: [i], code: 'duplicate', message: 'names the same target as an earlier one of the list' }],
  );
}
