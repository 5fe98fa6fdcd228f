import type { Authorization, Policy, Rule } from './authorization.ts';
import { type Call, holds } from './call.ts';
import { ALWAYS, isHttp, NEVER, NO_ROUTE } from './condition.ts';
import { isAlways, isNever, type Leaf, mapLeaves, ruleForTcp, settle, UNKNOWN } from './logic.ts';

/** Whether somebody may call at all: whatever they ask for, depending on it, or never. */
export type Outlook = 'always' | 'sometimes' | 'never';

/** Of a caller: all that is not known before it asks for something. */
export type Caller = Omit<Call, 'http'>;

/**
 * What policies say of a caller before it is known what it asks for. `sometimes` may be said where a cleverer reader would
 * see that it is always or never (GET is allowed by one rule, and all but GET by another). Where a provider is asked it is
 * `sometimes`, too.
 */
export function outlook(authorization: Authorization, caller: Caller, protocol: 'http' | 'tcp'): Outlook {
  const { custom, deny, allow } = authorization;
  const chance = (policies: readonly Policy[], effect: 'opening' | 'closing'): Outlook =>
    best(
      policies
        .filter(({ dryRun }) => !dryRun)
        .flatMap(({ rules }) => rules.map((rule) => chanceOf(rule, caller, protocol, effect))),
    );
  const asks = custom ? chance(custom.policies, 'closing') : 'never';
  const canAsk = custom?.provider.kind === 'grpc' || (custom?.provider.kind === 'http' && protocol === 'http');
  const isOpen = !allow.some(({ dryRun }) => !dryRun);
  return worst([
    canAsk && asks === 'always' ? 'sometimes' : opposite(asks),
    opposite(chance(deny, 'closing')),
    isOpen ? 'always' : chance(allow, 'opening'),
  ]);
}

function chanceOf(written: Rule, caller: Caller, protocol: 'http' | 'tcp', effect: 'opening' | 'closing'): Outlook {
  const rule = protocol === 'http' ? written : ruleForTcp(written, effect === 'closing');
  if (!rule) return 'never';
  const known = [rule.from, rule.to].map((condition) => mapLeaves(condition, (leaf) => answerTo(leaf, caller)));
  if (known.some((condition) => isNever(settle(condition, 'yes')))) return 'never';
  return known.every((condition) => isAlways(settle(condition, 'no'))) ? 'always' : 'sometimes';
}

function answerTo(leaf: Leaf, caller: Caller) {
  // What no route takes is answered, and lets nobody in.
  if (leaf.kind === 'route' && leaf.route === NO_ROUTE) return NEVER;
  const isOpen =
    isHttp(leaf) ||
    leaf.kind === 'metadata' ||
    (leaf.kind === 'source-ip' && caller.sourceIp === undefined) ||
    (leaf.kind === 'destination-ip' && caller.destinationIp === undefined) ||
    (leaf.kind === 'server-name' && caller.serverName === undefined);
  if (isOpen) return UNKNOWN;
  return holds(leaf, { ...caller, http: undefined }) ? ALWAYS : NEVER;
}

function best(outlooks: readonly Outlook[]): Outlook {
  return ORDER.findLast((one) => outlooks.includes(one)) ?? 'never';
}

function worst(outlooks: readonly Outlook[]): Outlook {
  return ORDER.find((one) => outlooks.includes(one)) ?? 'always';
}

const ORDER = ['never', 'sometimes', 'always'] as const;

function opposite(chance: Outlook): Outlook {
  return chance === 'sometimes' ? chance : chance === 'always' ? 'never' : 'always';
}
