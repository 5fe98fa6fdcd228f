import type { Policy, Rule } from '../../../policy/index.ts';
import type { RbacPolicy, RbacRules } from '../../../proto/index.ts';
import { buildPermission, NO_PERMISSION } from './permission.ts';
import { buildPrincipal, NOBODY } from './principal.ts';
import { alternatives } from './tree.ts';

export type Action = NonNullable<RbacRules['action']> & string;

/** What is said before and after the name of each rule: by it, other filters and people know which rule has matched. */
export interface Naming {
  readonly before?: string;
  readonly after?: string;
}

/** Rules of one action, each under a name that tells its policy. Undefined if there are no policies. */
export function buildRules(policies: readonly Policy[], action: Action, naming: Naming = {}): RbacRules | undefined {
  if (policies.length === 0) return undefined;
  const numbers = new Map<string, number>();
  const named = policies.flatMap(({ namespace, name, rules }) => {
    const policy = `ns[${namespace}]-policy[${name}]`;
    // Policies of different kinds may share a name, and none of their rules must hide another.
    const first = numbers.get(policy) ?? 0;
    const built = rules.length > 0 ? rules.map(buildRule) : [MATCHES_NOTHING];
    numbers.set(policy, first + built.length);
    return built.map((rule, i) => [`${naming.before ?? ''}${policy}-rule[${first + i}]${naming.after ?? ''}`, rule]);
  });
  return { action, policies: Object.fromEntries(named) };
}

function buildRule({ from, to }: Rule): RbacPolicy {
  return {
    permissions: alternatives(to).map(buildPermission),
    principals: alternatives(from).map(buildPrincipal),
  };
}

/** A policy without rules is in force, too: where something must be allowed, it allows nothing. */
const MATCHES_NOTHING: RbacPolicy = { permissions: [NO_PERMISSION], principals: [NOBODY] };
