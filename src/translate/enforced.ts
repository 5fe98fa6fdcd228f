import type { Graph } from '../graph/index.ts';
import type { Authorization, AuthorizationId, Policies, Subject, TokenRule, TokenRulesId } from '../policy/index.ts';

/** What a proxy enforces on what comes in at one place: a port of its workload, or a gateway as a whole. */
export interface Enforced {
  readonly authorization: Authorization;
  readonly tokenRules: readonly TokenRule[];
}

/** Equal ids enforce the same, so that a listener can be keyed by what its chains enforce. */
export type EnforcedId = string;

export interface Enforcement {
  readonly idOf: (subject: Subject, port: number | undefined) => EnforcedId;
  readonly get: (id: EnforcedId) => Enforced;
}

export const NOTHING_ENFORCED: Enforced = {
  authorization: { custom: undefined, deny: [], allow: [], audit: [] },
  tokenRules: [],
};

export function createEnforcement(graph: Graph, policies: Policies): Enforcement {
  const get = graph.query('enforced', (id): Enforced => {
    const [authorization, tokenRules] = JSON.parse(id) as [AuthorizationId, TokenRulesId];
    return { authorization: policies.authorization(authorization), tokenRules: policies.tokenRules(tokenRules) };
  });
  return {
    idOf: (subject, port) => {
      const ids = [policies.authorizationOf(subject, port), policies.tokenRulesOf(subject)];
      return ids.every((id) => id === '') ? NOTHING : JSON.stringify(ids);
    },
    get: (id) => (id === NOTHING ? NOTHING_ENFORCED : get(id)),
  };
}

const NOTHING: EnforcedId = '';
