import type { Policy } from '../../../policy/index.ts';
import type { RbacRules } from '../../../proto/index.ts';
import { type Action, buildRules } from './rules.ts';

/** What HTTP and network filters have in common. */
export interface RbacFilter {
  readonly rules: RbacRules | undefined;
  readonly shadowRules: RbacRules | undefined;
  readonly shadowRulesStatPrefix: string | undefined;
}

/** Policies of one action: those in force, and in their shadow those whose answer is only noted. Undefined: there are none. */
export function buildRbac(policies: readonly Policy[], action: Action): RbacFilter | undefined {
  if (policies.length === 0) return undefined;
  const rules = buildRules(
    policies.filter(({ dryRun }) => !dryRun),
    action,
  );
  const shadowRules = buildRules(
    policies.filter(({ dryRun }) => dryRun),
    action,
  );
  return { rules, shadowRules, shadowRulesStatPrefix: shadowRules && SHADOW_STATISTICS[action] };
}

const SHADOW_STATISTICS: Readonly<Record<Action, string | undefined>> = {
  ALLOW: 'istio_dry_run_allow_',
  DENY: 'istio_dry_run_deny_',
  LOG: undefined,
};
