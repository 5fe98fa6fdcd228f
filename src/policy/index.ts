/**
 * Policy: who may talk to whom, and how. mTLS modes, authorization, tokens.
 *
 *   in   tables of parsed objects (store), services and mesh-wide settings (mesh), fetched key sets (a table)
 *   out  Policies: queries by workload and port; `evaluate`: what a policy answers to one call
 *
 * Knows nothing of Envoy. Several user languages arrive here (Istio, Linkerd); after this nobody asks which it was.
 */
export type { Authorization, Policy, Provider, RequestBody, Rule } from './authorization.ts';
export type { Call, HttpCall } from './call.ts';
export { ALWAYS, type Condition, isHttp, type MetadataMatch, NEVER, NO_ROUTE, type TextMatch } from './condition.ts';
export { createPolicies } from './create-policies.ts';
export { type Decision, evaluate, type Match, type Note, type Reason } from './evaluate.ts';
export { createKeySets, type KeySet, type KeySets } from './key-sets.ts';
export { hasLeaf, type Leaf, ruleForTcp } from './logic.ts';
export { normalizePath } from './normalize-path.ts';
export { type Caller, type Outlook, outlook } from './outlook.ts';
export type { AuthorizationId, MtlsMode, Policies, Subject, TokenRulesId } from './policies.ts';
export { forStrangers } from './strangers.ts';
export type { TokenRule } from './token-rule.ts';
