import type { Origin } from '../api/index.ts';

/**
 * The one form that every routing language arrives in. Meaning is settled before: order, prefix kind, defaults,
 * permission. Nobody after this may ask which language a route came from.
 */
export interface Route {
  /** The user's name for it, if there is one; shown in access logs and metrics. */
  readonly name: string | undefined;
  readonly origin: Origin;
  readonly match: Match;
  readonly action: Action;
  readonly policy: RoutePolicy;
  /** Requests of this route are also counted under this name. */
  readonly statPrefix?: string;
}

/** Where a connection goes that nobody looks into. The first that matches decides. */
export interface TcpRoute {
  readonly origin: Origin;
  readonly match: TcpMatch;
  /** Weights are relative; a broken share is closed. */
  readonly destinations: readonly WeightedDestination[];
}

/** Empty lists ask for nothing. */
export interface TcpMatch {
  /** Server names of TLS, perhaps with wildcards. */
  readonly sniHosts: readonly string[];
  /** Addresses or CIDRs. */
  readonly destinationSubnets: readonly string[];
  readonly sourceSubnets: readonly string[];
}

export interface Match {
  /** Undefined: any path. */
  readonly path: PathMatch | undefined;
  readonly ignoreCase: boolean;
  readonly headers: readonly HeaderMatch[];
  readonly queryParams: readonly QueryParamMatch[];
  /** Of a token that was found good. Absent: none is asked for. */
  readonly claims?: readonly ClaimMatch[];
}

export type PathMatch =
  | { readonly kind: 'exact'; readonly value: string }
  /** /api matches /apiary. */
  | { readonly kind: 'string-prefix'; readonly value: string }
  /** /api matches /api and /api/x, not /apiary. */
  | { readonly kind: 'segment-prefix'; readonly value: string }
  | { readonly kind: 'regex'; readonly value: string };

export type StringMatch =
  | { readonly kind: 'exact'; readonly value: string }
  | { readonly kind: 'prefix'; readonly value: string }
  | { readonly kind: 'regex'; readonly value: string };

/** Method, authority and scheme are headers too: `:method`, `:authority`, `:scheme`. */
export interface HeaderMatch {
  readonly name: string;
  /** `present`: any value. */
  readonly value: StringMatch | { readonly kind: 'present' };
  readonly invert: boolean;
  /** An absent header counts as a match of an inverted matcher. */
  readonly absentMatches: boolean;
  readonly ignoreCase: boolean;
}

export interface QueryParamMatch {
  readonly name: string;
  readonly value: StringMatch | { readonly kind: 'present' };
}

/** A claim that is a list matches by any of its elements. */
export interface ClaimMatch {
  /** Into maps of claims: `['realm', 'roles']`. */
  readonly path: readonly string[];
  readonly value: StringMatch | { readonly kind: 'present' };
  readonly invert: boolean;
}

export type Action = Forward | Redirect | DirectResponse;

export interface Forward {
  readonly kind: 'forward';
  /** At least one. Weights are relative; 0 gets nothing, unless it is the only one. */
  readonly destinations: readonly WeightedDestination[];
  readonly rewritePath: PathRewrite | undefined;
  readonly rewriteHost: string | undefined;
}

export interface WeightedDestination {
  readonly to: Destination;
  readonly weight: number;
  readonly headers: HeaderChanges | undefined;
  readonly origin: Origin;
  /** The host that this destination sees, unless the route as a whole says one. */
  readonly rewriteHost?: string;
  /** The path that this destination sees, unless the route as a whole says one. */
  readonly rewritePath?: PathRewrite;
  /** Requests for this share get copied there. */
  readonly mirrors?: readonly Mirror[];
  /** This share is not sent on: the client is sent elsewhere. */
  readonly redirect?: Redirect;
  /** For this share, instead of the route's. */
  readonly cors?: Cors;
  readonly externalAuthorization?: ExternalAuthorization;
  /** Sessions of this share, unless the route as a whole has them. */
  readonly session?: SessionPersistence;
}

/** `broken`: what the user named does not exist; its share of requests is answered with `status`. */
export type Destination =
  | {
      readonly kind: 'service';
      readonly host: string;
      readonly port: number;
      readonly subset: string | undefined;
      /** The Gateway, `namespace/name`, whose client certificate is shown there. */
      readonly as?: string;
      /** The client has encrypted what is sent: nothing that a policy asks Gateways to encrypt is encrypted once more. */
      readonly sealed?: true;
    }
  | ExternalDestination
  | { readonly kind: 'broken'; readonly status: number };

/** A program outside, of which nothing is known but what one object says. Nobody calls it but routes that name it. */
export interface ExternalDestination {
  readonly kind: 'external';
  /** That object, `namespace/name`. */
  readonly backend: string;
  readonly port: number;
  readonly speaks: ExternalSpeech;
}

/**
 *   http    of whatever version both understand
 *   http1
 *   http2
 *   bytes   that nobody looks into
 *   sealed  bytes that the client has encrypted: they are not encrypted once more
 */
export type ExternalSpeech = 'http' | 'http1' | 'http2' | 'bytes' | 'sealed';

export type PathRewrite =
  /** Replaces what the path match matched. */
  | { readonly kind: 'matched'; readonly value: string }
  | { readonly kind: 'full'; readonly value: string }
  | { readonly kind: 'regex'; readonly pattern: string; readonly substitution: string };

export interface Redirect {
  readonly kind: 'redirect';
  readonly scheme: string | undefined;
  readonly host: string | undefined;
  readonly port: number | undefined;
  readonly path: PathRewrite | undefined;
  readonly status: 301 | 302 | 303 | 307 | 308;
}

export interface DirectResponse {
  readonly kind: 'direct-response';
  readonly status: number;
  readonly body: Uint8Array | undefined;
}

/** Undefined is "nobody said". */
export interface RoutePolicy {
  readonly timeoutMs?: number;
  readonly retry?: Retry;
  readonly mirrors?: readonly Mirror[];
  readonly headers?: HeaderChanges;
  readonly fault?: Fault;
  readonly cors?: Cors;
  readonly session?: SessionPersistence;
  readonly externalAuthorization?: ExternalAuthorization;
}

/** Requests of a session go to the endpoint that had its first one. https://gateway-api.sigs.k8s.io/geps/gep-1619/ */
export interface SessionPersistence {
  readonly kind: 'cookie' | 'header';
  readonly name: string;
  /** Of a cookie that outlives the browser; undefined: it ends with it. */
  readonly ttlMs: number | undefined;
  /** Of the cookie. */
  readonly path: string;
  /** Who says so, if that is not the route. */
  readonly origin?: Origin;
}

/** How many retries a destination bears, from all routes to it. */
export interface RetryBudget {
  readonly origin: Origin;
  /** Of the requests that it has. */
  readonly percent: number;
  /** So many there may be in a second however few requests there are. */
  readonly alwaysPerSecond: number;
}

/** Asked before the route is followed; a no, or no answer, ends the request. https://gateway-api.sigs.k8s.io/geps/gep-1494/ */
export interface ExternalAuthorization {
  /** Broken: every request is refused. */
  readonly to: Destination;
  readonly protocol: 'http' | 'grpc';
  /** Before the request's own path; HTTP only. */
  readonly pathPrefix: string;
  /** Of the request, told besides those that are always told. Empty with gRPC: all. */
  readonly allowedRequestHeaders: readonly string[];
  /** Of the answer, put on the request. Empty: all. */
  readonly allowedResponseHeaders: readonly string[];
  /** Bytes of the body that are told; 0: none. */
  readonly maxBodyBytes: number;
}

/** `attempts: 0` switches retries off. */
export interface Retry {
  readonly attempts: number;
  readonly perTryTimeoutMs: number | undefined;
  /** Conditions with commas; empty, without status codes: the default ones. */
  readonly on: string;
  readonly statusCodes: readonly number[];
  readonly backoffMs: number | undefined;
  readonly remoteLocalities: boolean | undefined;
  /** Undefined: unless the destination is chosen by a hash of the request. */
  readonly avoidPreviousHosts: boolean | undefined;
}

export interface Mirror {
  readonly to: Destination;
  /** 0 to 100. */
  readonly percent: number;
}

export interface HeaderChanges {
  readonly request: HeaderEdit;
  readonly response: HeaderEdit;
}

export interface HeaderEdit {
  readonly set: readonly (readonly [name: string, value: string])[];
  readonly add: readonly (readonly [name: string, value: string])[];
  readonly remove: readonly string[];
}

export interface Fault {
  readonly delay: { readonly fixedMs: number; readonly percent: number } | undefined;
  readonly abort:
    | { readonly percent: number; readonly status: { readonly http: number } | { readonly grpc: number } }
    | undefined;
}

export interface Cors {
  readonly allowOrigins: readonly StringMatch[];
  readonly allowMethods: readonly string[];
  readonly allowHeaders: readonly string[];
  readonly exposeHeaders: readonly string[];
  readonly maxAgeSeconds: number | undefined;
  readonly allowCredentials: boolean | undefined;
  readonly forwardUnmatchedPreflights: boolean | undefined;
}
