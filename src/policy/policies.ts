import type { Query } from '../graph/index.ts';
import type { Labels, ObjectKey, Origin, Problem } from '../mesh/index.ts';
import type { Authorization } from './authorization.ts';
import type { TokenRule } from './token-rule.ts';

/** Whom a port takes: only mTLS, both, or only plain text. */
export type MtlsMode = 'strict' | 'permissive' | 'disable';

/** Who is asked about: a workload, or a gateway proxy. */
export interface Subject {
  readonly role: 'sidecar' | 'router';
  readonly namespace: string;
  readonly labels: Labels;
}

/** The authorization policies in force somewhere; equal ids mean equal policies. Empty: none. */
export type AuthorizationId = string;
/** The token rules in force somewhere; equal ids mean equal rules. Empty: none. */
export type TokenRulesId = string;

/** Who may talk to whom, and how. Every member is a query of the graph. */
export interface Policies {
  /** Of one port that a workload listens on. */
  readonly mtlsMode: (namespace: string, labels: Labels, port: number) => MtlsMode;
  /** The same, and who decided; nobody said anything if `origin` is undefined. */
  readonly mtlsDecision: (
    namespace: string,
    labels: Labels,
    port: number,
  ) => { readonly mode: MtlsMode; readonly origin: Origin | undefined };
  /** Ports for which some policy in force says something of its own, sorted. They may be ports that no service has. */
  readonly mtlsPorts: (namespace: string, labels: Labels) => readonly number[];
  /** `port`: that the workload listens on; undefined for what comes to no known port. */
  readonly authorizationOf: (subject: Subject, port: number | undefined) => AuthorizationId;
  readonly authorization: Query<Authorization, AuthorizationId>;
  /** The Server of Linkerd's that speaks for a port, `namespace/name`: it may have routes. */
  readonly serverOf: (subject: Subject, port: number) => string | undefined;
  readonly tokenRulesOf: (subject: Subject) => TokenRulesId;
  readonly tokenRules: Query<readonly TokenRule[], TokenRulesId>;
  /** Key sets that some rule wants from elsewhere: URIs, sorted. Whoever fetches them writes `jwks`. */
  readonly wantedKeySets: () => readonly string[];
  /** Label keys that policies select by. */
  readonly selectorKeys: () => readonly string[];
  readonly problems: Query<readonly Problem[], ObjectKey>;
}
