import { objectKey } from '../api/index.ts';
import { isIp } from '../api/names.ts';
import { principalOf } from '../lib/spiffe.ts';
import type { Origin } from '../mesh/index.ts';
import {
  type Authorization,
  type Call,
  type Decision,
  evaluate,
  type HttpCall,
  type MtlsMode,
  NO_ROUTE,
  normalizePath,
} from '../policy/index.ts';
import { asksForTokens } from '../translate/filters/custom-authorization.ts';
import { sniClusterName } from '../translate/names.ts';
import { chooseRoute } from './choose-route.ts';
import type { ControlPlane } from './index.ts';
import { readTokens } from './request-token.ts';
import type { KnownPort, KnownWorkload } from './workloads.ts';

/** Who calls whom, and how. */
export interface Question {
  /** Undefined: somebody without an identity. Without trust domain: that of this mesh. */
  readonly from:
    | { readonly trustDomain?: string | undefined; readonly namespace: string; readonly serviceAccount: string }
    | undefined;
  readonly to: KnownWorkload;
  readonly port: KnownPort;
  /** Undefined: over TCP, as far as the port takes that. Its `claims` are taken for those of a token that is signed well. */
  readonly http: HttpCall | undefined;
  readonly sourceIp: string | undefined;
  /** The caller has no sidecar, or is told not to use mTLS. */
  readonly plaintext: boolean;
  /** What the TLS handshake asks for. Undefined: what a sidecar would, or at a gateway the host. */
  readonly serverName?: string | undefined;
  /** What other filters say of the call. */
  readonly metadata?: Call['metadata'] | undefined;
}

export interface Answer {
  readonly allowed: boolean;
  /**
   *   mtls-required         the port takes mTLS only, and the caller has none; `origin` says where that stands
   *   foreign-trust-domain  the caller's certificate is of no trust domain of this mesh
   *   bad-path, bad-header  the proxy takes no such request
   *   token-refused         a token is no good, or not for this issuer or audience: see `why`
   *   no-route              policies let the request in, and no route of the port takes it
   *   broken-route          policies let it in to a route that cannot be done, and answers with an error
   */
  readonly reason:
    | Decision['reason']
    | 'mtls-required'
    | 'foreign-trust-domain'
    | 'bad-path'
    | 'bad-header'
    | 'token-refused'
    | 'no-route'
    | 'broken-route';
  readonly origin: Origin | undefined;
  /** What a request that is not let in is answered. Undefined: the connection is closed, or the call is let in. */
  readonly status: number | undefined;
  /** Of a token that is refused. */
  readonly why?: string;
  readonly mtls: { readonly mode: MtlsMode; readonly origin: Origin | undefined };
  readonly isMtls: boolean;
  readonly protocol: 'http' | 'tcp';
  readonly principal: string | undefined;
  /** Undefined: it was decided before any policy was asked. */
  readonly decision: Decision | undefined;
  /** What was left out of the question, since the port does not see it. */
  readonly unseen: readonly string[];
}

/** Whether a call gets through, as the proxy of the workload that is called decides it. `now`: for tokens. */
export async function authorize(controlPlane: ControlPlane, question: Question, now = new Date()): Promise<Answer> {
  const { policies, mesh } = controlPlane;
  const { to, port, plaintext, from } = question;
  const mtls = mtlsOf(controlPlane, question);
  const isMtls = !plaintext && from !== undefined && mtls.mode !== 'disable';
  const protocol = protocolOf(question);
  const { trustDomain, trustDomainAliases, pathNormalization } = mesh.config();
  const caller = isMtls ? { ...from, trustDomain: from.trustDomain ?? trustDomain } : undefined;
  const principal = caller && principalOf(caller);
  const shared = { mtls, isMtls, protocol, principal, unseen: unseenBy(question, protocol) };
  const refused = (reason: Answer['reason'], status: number | undefined, origin?: Origin, why?: string): Answer => ({
    ...shared,
    ...(why !== undefined && { why }),
    allowed: false,
    reason,
    origin,
    status,
    decision: undefined,
  });

  if (mtls.mode === 'strict' && !isMtls) return refused('mtls-required', undefined, mtls.origin);
  if (caller && ![trustDomain, ...trustDomainAliases].includes(caller.trustDomain) && !takesForeigners(port)) {
    return refused('foreign-trust-domain', undefined);
  }
  const request = protocol === 'http' ? question.http : undefined;
  const path = request && normalizePath(request.path, pathNormalization);
  if (request && path === undefined) return refused('bad-path', 400);
  if (request && !Object.keys(request.headers).every(isHeaderName)) return refused('bad-header', 400);

  const rules = policies.tokenRules(policies.tokenRulesOf(to.subject));
  const token = request && (await readTokens(request, request.claims, rules, now));
  if (token && 'refused' in token) return refused('token-refused', token.status, token.refused, token.why);

  const id = policies.authorizationOf(to.subject, port.service ? port.number : undefined);
  const inForce = port.server?.isUnguarded ? NOTHING : policies.authorization(id);
  const chosen = request && routeOf(controlPlane, question, { ...request, path: path! });
  const decision = decide(inForce, request, token && { ...token, path: path! }, (http, sent) =>
    callOf(question, principal, http && { ...http, route: chosen?.route }, sent),
  );
  const ignored = request?.claims && rules.length === 0 ? ['the claims: nobody verifies tokens here'] : [];
  const { allowed, reason, by } = decision;
  if (allowed && chosen?.status !== undefined) {
    const why = chosen.route === NO_ROUTE ? 'no-route' : 'broken-route';
    return { ...refused(why, chosen.status, chosen.origin), decision };
  }
  const status = !allowed && request ? 403 : undefined;
  return { ...shared, allowed, reason, origin: by?.origin, status, decision, unseen: [...shared.unseen, ...ignored] };
}

interface ChosenRoute {
  readonly route: string;
  readonly origin: Origin;
  /** It goes no further, and is answered with this. */
  readonly status?: number;
}

/** Of a port that has routes: which one takes the request, and where that is said. */
function routeOf(
  { policies, routing }: ControlPlane,
  { to, port }: Question,
  request: HttpCall,
): ChosenRoute | undefined {
  const server = policies.serverOf(to.subject, port.number);
  const hosts = server === undefined || !port.service ? [] : routing.inboundHosts(server);
  const [namespace = '', name = ''] = (server ?? '').split('/');
  if (hosts.length === 0) return undefined;
  const taken = chooseRoute(hosts, request);
  const origin = { object: objectKey('policy.linkerd.io', 'Server', namespace, name), path: 'spec' };
  if (!taken) return { route: NO_ROUTE, origin, status: 404 };
  const { action } = taken;
  return {
    route: taken.origin.object,
    origin: taken.origin,
    ...(action.kind === 'direct-response' && { status: action.status }),
  };
}

/** Whoever is asked sees tokens as they came, unless it depends on them whether he is asked. */
function decide(
  inForce: Authorization,
  sent: HttpCall | undefined,
  read: Pick<HttpCall, 'path' | 'headers' | 'claims'> | undefined,
  callOf: (http: HttpCall | undefined, sent: HttpCall['headers'] | undefined) => Call,
): Decision {
  const after = callOf(sent && { ...sent, ...read }, sent?.headers);
  const headers = asksForTokens(inForce) ? read?.headers : sent?.headers;
  const before = callOf(sent && { ...sent, ...read, ...(headers && { headers }) }, sent?.headers);
  const asked = evaluate({ ...NOTHING, custom: inForce.custom }, before);
  if (!asked.allowed) return asked;
  const decision = evaluate({ ...inForce, custom: undefined }, after);
  return { ...decision, notes: [...decision.notes, ...asked.notes] };
}

/** PeerAuthentication is about workloads; of a gateway its servers say whether clients show who they are. */
function mtlsOf({ policies }: ControlPlane, { to, port }: Question): Answer['mtls'] {
  if (port.server) return { mode: port.server.takes, origin: port.server.origin };
  return policies.mtlsDecision(to.subject.namespace, to.subject.labels, port.number);
}

/** Where somebody else's authorities are believed, a certificate may name whom it likes. */
function takesForeigners({ server }: KnownPort): boolean {
  return server?.believesOthers ?? false;
}

const NOTHING: Authorization = { custom: undefined, deny: [], allow: [], audit: [] };

/** Where nobody says what a port takes, the proxy looks at the first bytes. */
function protocolOf({ port, http }: Question): Answer['protocol'] {
  if (port.speaks === 'auto') return http ? 'http' : 'tcp';
  return port.speaks;
}

function unseenBy({ http, port }: Question, protocol: Answer['protocol']): readonly string[] {
  return [
    ...(protocol === 'tcp' && http ? ['the request: the port takes TCP, and only connections are seen'] : []),
    ...(port.server?.isUnguarded ? ['policies: the gateway sends on what workloads say to each other'] : []),
  ];
}

/** https://www.rfc-editor.org/rfc/rfc9110#section-5.6.2 */
function isHeaderName(name: string): boolean {
  return /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name);
}

/** `sent`: headers as they came, before tokens were taken out. */
function callOf(
  question: Question,
  principal: string | undefined,
  http: HttpCall | undefined,
  sent: HttpCall['headers'] | undefined,
): Call {
  const { to, port, sourceIp, serverName, metadata = {} } = question;
  return {
    http,
    principal,
    sourceIp,
    // A gateway does not believe its clients.
    remoteIp: to.subject.role === 'router' ? sourceIp : (forwardedFor(sent) ?? sourceIp),
    destinationIp: to.addresses[0],
    destinationPort: port.number,
    serverName: serverName ?? usualServerName(question, principal),
    metadata,
  };
}

function usualServerName({ port, http }: Question, principal: string | undefined): string | undefined {
  if (port.server) return port.server.isTls ? http?.host.replace(/:\d+$/, '') : undefined;
  if (principal === undefined || !port.service) return undefined;
  return sniClusterName(port.service.port, undefined, port.service.host);
}

/** The nearest of those who say whom they speak for. */
function forwardedFor(headers: HttpCall['headers'] | undefined): string | undefined {
  const nearest = headers?.['x-forwarded-for']?.split(',').at(-1)?.trim();
  return nearest !== undefined && isIp(nearest) ? nearest : undefined;
}
