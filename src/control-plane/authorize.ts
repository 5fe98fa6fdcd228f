import { principalOf } from '../lib/spiffe.ts';
import type { Origin } from '../mesh/index.ts';
import {
  type Call,
  type Decision,
  evaluate,
  type HttpCall,
  type MtlsMode,
  normalizePath,
  type TokenRule,
} from '../policy/index.ts';
import { sniClusterName } from '../translate/names.ts';
import type { ControlPlane } from './index.ts';
import type { KnownPort, KnownWorkload } from './workloads.ts';

/** Who calls whom, and how. */
export interface Question {
  /** Undefined: somebody without an identity. */
  readonly from: { readonly namespace: string; readonly serviceAccount: string } | undefined;
  readonly to: KnownWorkload;
  readonly port: KnownPort;
  /** Undefined: over TCP, as far as the port takes that. */
  readonly http: HttpCall | undefined;
  readonly sourceIp: string | undefined;
  /** The caller has no sidecar, or is told not to use mTLS. */
  readonly plaintext: boolean;
}

export interface Answer {
  readonly allowed: boolean;
  /**
   *   mtls-required    the port takes mTLS only, and the caller has none; `origin` says where that stands
   *   bad-path         the proxy answers 400
   *   token-refused    the token's issuer or audience is not accepted here
   */
  readonly reason: Decision['reason'] | 'mtls-required' | 'bad-path' | 'token-refused';
  readonly origin: Origin | undefined;
  readonly mtls: { readonly mode: MtlsMode; readonly origin: Origin | undefined };
  readonly isMtls: boolean;
  readonly protocol: 'http' | 'tcp';
  readonly principal: string | undefined;
  /** Undefined: it was decided before any policy was asked. */
  readonly decision: Decision | undefined;
  /** What was left out of the question, since the port does not see it. */
  readonly unseen: readonly string[];
}

/** Whether a call gets through, as the proxy of the workload that is called decides it. */
export function authorize(controlPlane: ControlPlane, question: Question): Answer {
  const { policies, mesh } = controlPlane;
  const { to, port, plaintext, from } = question;
  const mtls = policies.mtlsDecision(to.subject.namespace, to.subject.labels, port.number);
  const isMtls = !plaintext && from !== undefined && mtls.mode !== 'disable';
  const protocol = protocolOf(question);
  const { trustDomain, pathNormalization } = mesh.config();
  const principal = isMtls ? principalOf({ trustDomain, ...from }) : undefined;
  const unseen =
    protocol === 'tcp' && question.http ? ['the request: the port takes TCP, and only connections are seen'] : [];
  const shared = { mtls, isMtls, protocol, principal, unseen };
  const refused = (reason: Answer['reason'], origin?: Origin): Answer => ({
    ...shared,
    allowed: false,
    reason,
    origin,
    decision: undefined,
  });

  if (mtls.mode === 'strict' && !isMtls) return refused('mtls-required', mtls.origin);
  const request = protocol === 'http' ? question.http : undefined;
  const path = request && normalizePath(request.path, pathNormalization);
  if (request && path === undefined) return refused('bad-path');
  const token = request && acceptedToken(request, policies.tokenRules(policies.tokenRulesOf(to.subject)));
  if (token?.refused) return refused('token-refused', token.refused);

  const id = policies.authorizationOf(to.subject, port.service ? port.number : undefined);
  const http = request && { ...request, path: path!, claims: token?.claims };
  const decision = evaluate(policies.authorization(id), callOf(question, principal, http));
  const ignored = request?.claims && !token?.claims ? ['the claims: nobody verifies tokens here'] : [];
  const { allowed, reason, by } = decision;
  return { ...shared, allowed, reason, origin: by?.origin, decision, unseen: [...unseen, ...ignored] };
}

/** Where nobody says what a port takes, the proxy looks at the first bytes. */
function protocolOf({ port, http }: Question): Answer['protocol'] {
  if (port.speaks === 'auto') return http ? 'http' : 'tcp';
  return port.speaks;
}

function callOf({ to, port, sourceIp }: Question, principal: string | undefined, http: HttpCall | undefined): Call {
  return {
    http,
    principal,
    sourceIp,
    remoteIp: forwardedFor(http) ?? sourceIp,
    destinationIp: to.addresses[0],
    destinationPort: port.number,
    serverName:
      principal === undefined || !port.service
        ? undefined
        : sniClusterName(port.service.port, undefined, port.service.host),
    metadata: {},
  };
}

/** The nearest of those who say whom they speak for. */
function forwardedFor(http: HttpCall | undefined): string | undefined {
  return http?.headers['x-forwarded-for']?.split(',').at(-1)?.trim();
}

interface AcceptedToken {
  readonly claims: HttpCall['claims'];
  /** The rule, or the last of them, that refuses it. */
  readonly refused?: Origin;
}

/** A token that somebody here accepts; where nobody knows of tokens nobody looks at it. */
function acceptedToken({ claims }: HttpCall, rules: readonly TokenRule[]): AcceptedToken {
  const [first] = rules;
  if (!claims || !first) return { claims: undefined };
  const ofIssuer = rules.filter(({ issuer }) => issuer === '' || issuer === claims['iss']);
  const rule = ofIssuer.find(({ audiences }) => isFor(claims['aud'], audiences));
  if (!rule) return { claims: undefined, refused: (ofIssuer.at(-1) ?? first).origin };
  return { claims: withLists(claims, rule.spaceDelimitedClaims ?? []) };
}

function isFor(said: unknown, audiences: readonly string[]): boolean {
  return audiences.length === 0 || [said].flat().some((one) => audiences.some((audience) => audience === one));
}

/** Claims whose words between blanks are a list: https://datatracker.ietf.org/doc/html/rfc8693#name-scope-scopes-claim */
function withLists(claims: NonNullable<HttpCall['claims']>, more: readonly string[]): HttpCall['claims'] {
  const lists = ['scope', 'permission', ...more].flatMap((name) => {
    const value = claims[name];
    return typeof value === 'string' && value.includes(' ') ? [[name, value.split(' ')] as const] : [];
  });
  return { ...claims, ...Object.fromEntries(lists) };
}
