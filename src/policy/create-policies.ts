import type { Graph } from '../graph/index.ts';
import type { Mesh } from '../mesh/index.ts';
import type { Tables } from '../store/index.ts';
import type { KeySets } from './key-sets.ts';
import type { Policies } from './policies.ts';

/** Who may talk to whom, over a store. */
export function createPolicies(graph: Graph, _store: Tables, _mesh: Mesh, _keySets: KeySets): Policies {
  return {
    mtlsMode: () => 'permissive',
    mtlsDecision: () => ({ mode: 'permissive', origin: undefined }),
    authorizationOf: () => '',
    authorization: graph.query('policy.authorization', () => NOBODY_SAID),
    tokenRulesOf: () => '',
    tokenRules: graph.query('policy.tokenRules', () => []),
    wantedKeySets: () => [],
    selectorKeys: () => [],
    problems: graph.query('policy.problems', () => []),
  };
}

const NOBODY_SAID = { custom: undefined, deny: [], allow: [], audit: [] };
