import type { Origin } from '../mesh/index.ts';
import type { Condition } from './condition.ts';

/**
 * Who may call one port of a workload: policies in force, already chosen. Asked in this order, the first answer holds:
 * custom (an external service denies), deny (any rule matches), allow (there are policies, and no rule matches: denied).
 * https://istio.io/latest/docs/concepts/security/#implicit-enablement
 */
export interface Authorization {
  /** All of one provider. */
  readonly custom: { readonly provider: Provider; readonly policies: readonly Policy[] } | undefined;
  readonly deny: readonly Policy[];
  readonly allow: readonly Policy[];
  /** Only noted. */
  readonly audit: readonly Policy[];
}

/** A policy whose rules failed to be read is one that denies: `deny` with a rule that always matches. */
export interface Policy {
  readonly name: string;
  readonly namespace: string;
  readonly origin: Origin;
  /** `istio.io/dry-run`: its answer is noted, and not enforced. */
  readonly dryRun: boolean;
  /** None: it matches no call. */
  readonly rules: readonly Rule[];
}

/** Matches where both do. Source conditions stand in `from`, target conditions in `to`. */
export interface Rule {
  readonly origin: Origin;
  readonly from: Condition;
  readonly to: Condition;
}

/** `extensionProviders` of MeshConfig: https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#MeshConfig-ExtensionProvider */
export type Provider =
  /** Nobody defined it, or not rightly: every call that its policies match is denied. */
  | { readonly kind: 'unknown'; readonly name: string }
  | {
      readonly kind: 'grpc';
      readonly name: string;
      readonly cluster: string;
      readonly authority: string;
      readonly timeoutMs: number;
      readonly failOpen: boolean;
      readonly clearRouteCache: boolean;
      readonly statusOnError: number | undefined;
      readonly body: RequestBody | undefined;
    }
  | {
      readonly kind: 'http';
      readonly name: string;
      readonly cluster: string;
      readonly authority: string;
      readonly timeoutMs: number;
      readonly failOpen: boolean;
      readonly clearRouteCache: boolean;
      readonly statusOnError: number | undefined;
      readonly body: RequestBody | undefined;
      readonly pathPrefix: string;
      /** Sent to the service: names, `*` at either end. */
      readonly includeRequestHeaders: readonly string[];
      readonly additionalHeaders: Readonly<Record<string, string>>;
      /** Of its answer, sent on to the application when it allows. */
      readonly headersUpstream: readonly string[];
      /** Of its answer, sent back to the client when it denies; when it allows. */
      readonly headersDownstreamOnDeny: readonly string[];
      readonly headersDownstreamOnAllow: readonly string[];
    };

export interface RequestBody {
  readonly maxBytes: number;
  readonly allowPartial: boolean;
  readonly asBytes: boolean;
}
