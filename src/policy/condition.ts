/**
 * What a rule asks of a call, as a tree that is already decided: prefixes are prefixes, aliases are spelled out, and
 * nobody asks any more in which language it was written.
 */
export type Condition =
  | { readonly kind: 'all'; readonly of: readonly Condition[] }
  | { readonly kind: 'any'; readonly of: readonly Condition[] }
  | { readonly kind: 'not'; readonly of: Condition }
  | SourceCondition
  | TargetCondition;

/** Of who calls, and what they carry. */
export type SourceCondition =
  /** The client certificate's identity without its scheme: `cluster.local/ns/shop/sa/cart`. */
  | { readonly kind: 'principal'; readonly match: TextMatch }
  | { readonly kind: 'source-namespace'; readonly match: TextMatch }
  /** The connection's own peer. */
  | { readonly kind: 'source-ip'; readonly cidr: string }
  /** The client behind trusted proxies, by X-Forwarded-For. */
  | { readonly kind: 'remote-ip'; readonly cidr: string }
  /** `<issuer>/<subject>` of a valid token. */
  | { readonly kind: 'request-principal'; readonly match: TextMatch }
  /** Of a valid token; a claim that is a list matches by any element. `path` descends into maps: `['realm', 'roles']`. */
  | { readonly kind: 'claim'; readonly path: readonly string[]; readonly match: TextMatch }
  | { readonly kind: 'header'; readonly name: string; readonly match: TextMatch }
  /** The object of the route that the proxy has chosen for a request, or `NO_ROUTE`. */
  | { readonly kind: 'route'; readonly route: string }
  /** `experimental.envoy.filters.<filter>[<key>]`; of a list, any element. */
  | { readonly kind: 'metadata'; readonly filter: string; readonly key: string; readonly match: MetadataMatch };

/** Of what is called. */
export type TargetCondition =
  /** The Host header; any case. */
  | { readonly kind: 'host'; readonly match: TextMatch }
  | { readonly kind: 'port'; readonly port: number }
  | { readonly kind: 'method'; readonly match: TextMatch }
  /** Without query, after Envoy's normalization. */
  | { readonly kind: 'path'; readonly match: TextMatch }
  /** `{*}` is one segment, `{**}` any number: https://istio.io/latest/docs/reference/config/security/authorization-policy/#Operation */
  | { readonly kind: 'path-template'; readonly template: string }
  | { readonly kind: 'destination-ip'; readonly cidr: string }
  /** The server name that the TLS handshake asked for. */
  | { readonly kind: 'server-name'; readonly match: TextMatch };

export type TextMatch =
  | { readonly kind: 'exact' | 'prefix' | 'suffix' | 'regex'; readonly value: string }
  /** Any, but not empty. */
  | { readonly kind: 'present' };

export type MetadataMatch = TextMatch | { readonly kind: 'in-list'; readonly match: TextMatch };

/** Where requests are let in route by route: none of them takes the request, and it is answered so. */
export const NO_ROUTE = 'none';

export const ALWAYS: Condition = { kind: 'all', of: [] };
export const NEVER: Condition = { kind: 'any', of: [] };

/** Only requests have these: a TCP connection can never satisfy them. */
export function isHttp({ kind }: Condition): boolean {
  return HTTP.has(kind);
}

const HTTP: ReadonlySet<Condition['kind']> = new Set([
  'remote-ip',
  'request-principal',
  'claim',
  'header',
  'host',
  'method',
  'path',
  'path-template',
  'route',
]);
