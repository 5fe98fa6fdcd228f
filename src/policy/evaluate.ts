import type { Origin } from '../mesh/index.ts';
import type { Authorization, Policy, Rule } from './authorization.ts';
import { type Call, holds } from './call.ts';
import { ruleForTcp } from './logic.ts';

/** What policies answer to one call, as an Envoy that enforces them would. */
export interface Decision {
  /** True, too, where a provider is asked whose answer nobody knows: see `notes`. */
  readonly allowed: boolean;
  readonly reason: Reason;
  /** What decided; undefined where no policy is in force. */
  readonly by: Match | undefined;
  readonly notes: readonly Note[];
}

/**
 *   no-policy        nothing says who may call
 *   allowed          a rule lets it in
 *   denied           a rule denies it
 *   not-allowed      there are policies that let in, and no rule of theirs matches; `by` is the first of them
 *   nobody-to-ask    a rule asks a provider that cannot be asked
 */
export type Reason = 'no-policy' | 'allowed' | 'denied' | 'not-allowed' | 'nobody-to-ask';

export interface Match {
  readonly policy: Policy;
  /** The rule that matched; where none did, the policy. */
  readonly origin: Origin;
}

/** What is said besides: a provider is asked, a dry run would have decided otherwise, an audit takes note. */
export interface Note {
  readonly kind: 'asked' | 'would-allow' | 'would-deny' | 'audited';
  readonly by: Match;
  /** Who is asked. */
  readonly provider?: string;
}

/** https://istio.io/latest/docs/concepts/security/#implicit-enablement */
export function evaluate({ custom, deny, allow, audit }: Authorization, call: Call): Decision {
  const asked = custom && findMatch(enforced(custom.policies), call, 'closing');
  const notes = [...notesOf(audit, deny, allow, call), ...(asked ? [askedNote(custom.provider.name, asked)] : [])];
  // Only over gRPC can anybody be asked about a connection.
  const answers = custom?.provider.kind === 'grpc' || (custom?.provider.kind === 'http' && call.http !== undefined);
  if (asked && !answers) return { allowed: false, reason: 'nobody-to-ask', by: asked, notes };

  const denied = findMatch(enforced(deny), call, 'closing');
  if (denied) return { allowed: false, reason: 'denied', by: denied, notes };

  const [first] = enforced(allow);
  if (!first) return { allowed: true, reason: 'no-policy', by: undefined, notes };
  const allowed = findMatch(enforced(allow), call, 'opening');
  return allowed
    ? { allowed: true, reason: 'allowed', by: allowed, notes }
    : { allowed: false, reason: 'not-allowed', by: { policy: first, origin: first.origin }, notes };
}

function notesOf(
  audit: readonly Policy[],
  deny: readonly Policy[],
  allow: readonly Policy[],
  call: Call,
): readonly Note[] {
  const audited = findMatch(enforced(audit), call, 'closing');
  const wouldDeny = findMatch(tried(deny), call, 'closing');
  const wouldAllow = findMatch(tried(allow), call, 'opening');
  const [first] = tried(allow);
  return [
    ...(audited ? [{ kind: 'audited', by: audited } as const] : []),
    ...(wouldDeny ? [{ kind: 'would-deny', by: wouldDeny } as const] : []),
    ...(wouldAllow ? [{ kind: 'would-allow', by: wouldAllow } as const] : []),
    ...(first && !wouldAllow ? [{ kind: 'would-deny', by: { policy: first, origin: first.origin } } as const] : []),
  ];
}

function askedNote(provider: string, by: Match): Note {
  return { kind: 'asked', provider, by };
}

function enforced(policies: readonly Policy[]): readonly Policy[] {
  return policies.filter(({ dryRun }) => !dryRun);
}

function tried(policies: readonly Policy[]): readonly Policy[] {
  return policies.filter(({ dryRun }) => dryRun);
}

/** The first rule that a call fits. */
function findMatch(policies: readonly Policy[], call: Call, effect: 'opening' | 'closing'): Match | undefined {
  for (const policy of policies) {
    const rule = policy.rules.find((one) => matches(one, call, effect));
    if (rule) return { policy, origin: rule.origin };
  }
  return undefined;
}

function matches(rule: Rule, call: Call, effect: 'opening' | 'closing'): boolean {
  const asked = call.http ? rule : ruleForTcp(rule, effect === 'closing');
  return asked !== undefined && holds(asked.from, call) && holds(asked.to, call);
}
