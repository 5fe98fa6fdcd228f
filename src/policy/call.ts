import type { Condition, TextMatch } from './condition.ts';
import type { Leaf } from './logic.ts';
import { isInRange, matchesText } from './match.ts';
import { matchesTemplate } from './path-template.ts';

/** One call, as the proxy of the workload that is called sees it. */
export interface Call {
  /** Undefined: a TCP connection. */
  readonly http: HttpCall | undefined;
  /** Proved by the client's certificate, without its scheme. Undefined: it came without one. */
  readonly principal: string | undefined;
  /** The connection's own peer. */
  readonly sourceIp: string | undefined;
  /** The client behind trusted proxies. */
  readonly remoteIp: string | undefined;
  readonly destinationIp: string | undefined;
  /** On which the workload listens. */
  readonly destinationPort: number;
  /** Asked for in the TLS handshake. */
  readonly serverName: string | undefined;
  /** What Envoy's filters have said of it: by filter and key. */
  readonly metadata: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

export interface HttpCall {
  readonly method: string;
  /** After normalization: see `normalizePath`. It may have a query. */
  readonly path: string;
  /** With its port, if the client wrote one. */
  readonly host: string;
  /** By name in lower case; of several with one name the values with commas between. */
  readonly headers: Readonly<Record<string, string>>;
  /** Of a token that was verified. Undefined: there was none. */
  readonly claims: Readonly<Record<string, unknown>> | undefined;
  /** The object of the route that takes it, or `NO_ROUTE`. Absent: where it comes there are no routes to choose from. */
  readonly route?: string | undefined;
}

/** Whether a call is as a condition wants it. */
export function holds(condition: Condition, call: Call): boolean {
  switch (condition.kind) {
    case 'all':
      return condition.of.every((part) => holds(part, call));
    case 'any':
      return condition.of.some((part) => holds(part, call));
    case 'not':
      return !holds(condition.of, call);
    default:
      return isSo(condition, call);
  }
}

function isSo(leaf: Leaf, call: Call): boolean {
  const { http } = call;
  switch (leaf.kind) {
    case 'principal':
      return fits(leaf.match, call.principal);
    case 'source-namespace':
      return fits(leaf.match, /^[^/]+\/ns\/([^/]+)\//.exec(call.principal ?? '')?.[1]);
    case 'source-ip':
      return call.sourceIp !== undefined && isInRange(call.sourceIp, leaf.cidr);
    case 'remote-ip':
      return call.remoteIp !== undefined && isInRange(call.remoteIp, leaf.cidr);
    case 'destination-ip':
      return call.destinationIp !== undefined && isInRange(call.destinationIp, leaf.cidr);
    case 'port':
      return call.destinationPort === leaf.port;
    case 'server-name':
      return fits(leaf.match, call.serverName ?? '');
    case 'metadata':
      return fitsMetadata(leaf, call.metadata[leaf.filter]?.[leaf.key]);
    case 'request-principal':
      return fits(leaf.match, http && requestPrincipal(http));
    case 'claim':
      return fitsAny(leaf.match, claimAt(http?.claims, leaf.path));
    case 'header':
      return fits(leaf.match, http && headerOf(http, leaf.name.toLowerCase()));
    case 'route':
      return http?.route === leaf.route;
    case 'host':
      return fits(lowerCase(leaf.match), http?.host.toLowerCase());
    case 'method':
      return fits(leaf.match, http?.method);
    case 'path':
      return fits(leaf.match, http && withoutQuery(http.path));
    case 'path-template':
      return http !== undefined && matchesTemplate(leaf.template, withoutQuery(http.path));
  }
}

function fits(match: TextMatch, text: string | undefined): boolean {
  return text !== undefined && matchesText(match, text);
}

/** A claim that is this text, or a list with it. */
function fitsAny(match: TextMatch, value: unknown): boolean {
  return [value].flat().some((one) => typeof one === 'string' && matchesText(match, one));
}

function fitsMetadata({ match }: Extract<Leaf, { readonly kind: 'metadata' }>, value: unknown): boolean {
  if (match.kind === 'in-list') return Array.isArray(value) && fitsAny(match.match, value);
  return typeof value === 'string' && matchesText(match, value);
}

/** A token without an issuer or a subject says nothing of who its bearer is. */
function requestPrincipal({ claims }: HttpCall): string | undefined {
  const { iss, sub } = claims ?? {};
  return typeof iss === 'string' && typeof sub === 'string' && iss && sub ? `${iss}/${sub}` : undefined;
}

function claimAt(claims: HttpCall['claims'], path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (at, key) =>
      typeof at === 'object' && at !== null && Object.hasOwn(at, key) ? (at as typeof claims)![key] : undefined,
    claims,
  );
}

function headerOf({ method, path, host, headers }: HttpCall, name: string): string | undefined {
  if (name === ':authority' || name === 'host') return host;
  if (name === ':method') return method;
  return name === ':path' ? path : headers[name];
}

function lowerCase(match: TextMatch): TextMatch {
  if (match.kind === 'present') return match;
  return match.kind === 'regex'
    ? { kind: 'regex', value: `(?i)${match.value}` }
    : { ...match, value: match.value.toLowerCase() };
}

function withoutQuery(path: string): string {
  return path.replace(/[?#].*$/s, '');
}
