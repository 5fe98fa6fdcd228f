import type { Graph } from '../graph/index.ts';
import type { Authorization } from './authorization.ts';
import type { Policies } from './policies.ts';

/** For tests of other rooms: nobody has said anything, but for what is given. */
export function fakePolicies(graph: Graph, said: Partial<Policies> = {}): Policies {
  return {
    mtlsMode: () => 'permissive',
    mtlsDecision: () => ({ mode: 'permissive', origin: undefined }),
    mtlsPorts: () => [],
    authorizationOf: () => '',
    authorization: graph.query('fake.authorization', () => NO_POLICIES),
    serverOf: () => undefined,
    tokenRulesOf: () => '',
    tokenRules: graph.query('fake.tokenRules', () => []),
    wantedKeySets: () => [],
    selectorKeys: () => [],
    problems: graph.query('fake.policyProblems', () => []),
    ...said,
  };
}

export const NO_POLICIES: Authorization = { custom: undefined, deny: [], allow: [], audit: [] };
