import type { Rule } from './authorization.ts';
import { ALWAYS, type Condition, isHttp, NEVER } from './condition.ts';

/** A condition of which parts may be unknown: nobody can say whether a call fits them. */
export type Doubtful =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'all'; readonly of: readonly Doubtful[] }
  | { readonly kind: 'any'; readonly of: readonly Doubtful[] }
  | { readonly kind: 'not'; readonly of: Doubtful }
  | Leaf;

/** A single question. */
export type Leaf = Exclude<Condition, { readonly kind: 'all' | 'any' | 'not' }>;

export const UNKNOWN: Doubtful = { kind: 'unknown' };

/** What holds if everything unknown makes the condition match (`yes`), or makes it not match (`no`). */
export function settle(condition: Doubtful, answer: 'yes' | 'no'): Condition {
  switch (condition.kind) {
    case 'unknown':
      return answer === 'yes' ? ALWAYS : NEVER;
    case 'all':
      return allOf(condition.of.map((part) => settle(part, answer)));
    case 'any':
      return anyOf(condition.of.map((part) => settle(part, answer)));
    case 'not':
      return notOf(settle(condition.of, answer === 'yes' ? 'no' : 'yes'));
    default:
      return condition;
  }
}

/** The same tree, with something else in the place of each question. */
export function mapLeaves(condition: Condition, of: (leaf: Leaf) => Doubtful): Doubtful {
  switch (condition.kind) {
    case 'all':
    case 'any':
      return { kind: condition.kind, of: condition.of.map((part) => mapLeaves(part, of)) };
    case 'not':
      return { kind: 'not', of: mapLeaves(condition.of, of) };
    default:
      return of(condition);
  }
}

/** Whether some question is so. */
export function hasLeaf(condition: Condition, isSo: (leaf: Leaf) => boolean): boolean {
  switch (condition.kind) {
    case 'all':
    case 'any':
      return condition.of.some((part) => hasLeaf(part, isSo));
    case 'not':
      return hasLeaf(condition.of, isSo);
    default:
      return isSo(condition);
  }
}

/**
 * What a rule asks of a TCP connection, which has nothing that only requests have. A rule that lets in matches none then
 * (undefined); of one that denies the rest holds. https://istio.io/latest/docs/tasks/security/authorization/authz-tcp/
 */
export function ruleForTcp(rule: Rule, denies: boolean): Rule | undefined {
  if (!hasLeaf(rule.from, isHttp) && !hasLeaf(rule.to, isHttp)) return rule;
  const unseen = (condition: Condition): Condition =>
    settle(
      mapLeaves(condition, (leaf) => (isHttp(leaf) ? UNKNOWN : leaf)),
      'yes',
    );
  return denies ? { ...rule, from: unseen(rule.from), to: unseen(rule.to) } : undefined;
}

export function allOf(conditions: readonly Condition[]): Condition {
  const asked = conditions.filter((one) => !isAlways(one));
  if (asked.some(isNever)) return NEVER;
  return asked.length === 1 ? asked[0]! : asked.length === 0 ? ALWAYS : { kind: 'all', of: asked };
}

export function anyOf(conditions: readonly Condition[]): Condition {
  const possible = conditions.filter((one) => !isNever(one));
  if (possible.some(isAlways)) return ALWAYS;
  return possible.length === 1 ? possible[0]! : possible.length === 0 ? NEVER : { kind: 'any', of: possible };
}

function notOf(condition: Condition): Condition {
  if (isAlways(condition)) return NEVER;
  return isNever(condition) ? ALWAYS : { kind: 'not', of: condition };
}

export function isAlways(condition: Condition): boolean {
  return condition.kind === 'all' && condition.of.length === 0;
}

export function isNever(condition: Condition): boolean {
  return condition.kind === 'any' && condition.of.length === 0;
}
