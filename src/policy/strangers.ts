import type { Authorization, Policy } from './authorization.ts';
import { type Condition, NEVER } from './condition.ts';
import { type Doubtful, type Leaf, mapLeaves, settle, UNKNOWN } from './logic.ts';

/**
 * Policies as clients meet them whose certificates nobody has verified: an identity that they claim is none, as for who
 * claims none. Whoever else is to be asked is asked if that could depend on an identity.
 */
export function forStrangers({ custom, deny, allow, audit }: Authorization): Authorization {
  return {
    custom: custom && { ...custom, policies: custom.policies.map((policy) => withLeaves(policy, UNKNOWN)) },
    deny: deny.map((policy) => withLeaves(policy, NEVER)),
    allow: allow.map((policy) => withLeaves(policy, NEVER)),
    audit: audit.map((policy) => withLeaves(policy, NEVER)),
  };
}

function withLeaves(policy: Policy, claimed: Doubtful): Policy {
  const seen = (from: Condition): Condition =>
    settle(
      mapLeaves(from, (leaf) => (isIdentity(leaf) ? claimed : leaf)),
      'yes',
    );
  return { ...policy, rules: policy.rules.map((rule) => ({ ...rule, from: seen(rule.from) })) };
}

function isIdentity({ kind }: Leaf): boolean {
  return kind === 'principal' || kind === 'source-namespace';
}
