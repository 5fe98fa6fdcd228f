import { type Policy, ruleForTcp } from '../../../policy/index.ts';

/** Policies as a connection meets them that is not HTTP. `denies`: what they cannot see of it is taken for matching. */
export function forConnections(
  policies: readonly Policy[],
  { denies }: { readonly denies: boolean },
): readonly Policy[] {
  return policies.map((policy) => ({
    ...policy,
    rules: policy.rules.flatMap((rule) => ruleForTcp(rule, denies) ?? []),
  }));
}
