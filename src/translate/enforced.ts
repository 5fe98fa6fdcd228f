import type { Graph } from '../graph/index.ts';
import type { Mesh, Origin, PathNormalization } from '../mesh/index.ts';
import type { Authorization, AuthorizationId, Policies, Subject, TokenRule, TokenRulesId } from '../policy/index.ts';

/** What a proxy enforces on what comes in at one place: a port of its workload, or a gateway as a whole. */
export interface Enforced {
  readonly authorization: Authorization;
  readonly tokenRules: readonly TokenRule[];
  /** What is made of a path before anybody compares it. */
  readonly pathNormalization: PathNormalization;
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
  pathNormalization: 'base',
};

export function createEnforcement(graph: Graph, policies: Policies, mesh: Mesh): Enforcement {
  const normalization = graph.query('enforced.normalization', () => mesh.config().pathNormalization);
  const get = graph.query('enforced', (id): Enforced => {
    const [authorization, tokenRules, pathNormalization] = JSON.parse(id) as Parts;
    return {
      authorization: policies.authorization(authorization),
      tokenRules: policies.tokenRules(tokenRules),
      pathNormalization,
    };
  });
  return {
    idOf: (subject, port) => {
      const parts: Parts = [policies.authorizationOf(subject, port), policies.tokenRulesOf(subject), normalization('')];
      return JSON.stringify(parts) === ORDINARY ? NOTHING : JSON.stringify(parts);
    },
    get: (id) => (id === NOTHING ? NOTHING_ENFORCED : get(id)),
  };
}

/** Who said all that is enforced somewhere. */
export function originsOf({ authorization, tokenRules }: Enforced): readonly Origin[] {
  const { custom, deny, allow, audit } = authorization;
  return [...(custom?.policies ?? []), ...deny, ...allow, ...audit, ...tokenRules].map(({ origin }) => origin);
}

type Parts = readonly [AuthorizationId, TokenRulesId, PathNormalization];

const NOTHING: EnforcedId = '';
const ORDINARY = JSON.stringify(['', '', NOTHING_ENFORCED.pathNormalization]);
