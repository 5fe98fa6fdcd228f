import pc from 'picocolors';
import { displayName, type Origin, type Place } from '../api/index.ts';
import type { Answer, Question } from '../control-plane/authorize.ts';
import { rowOf } from '../control-plane/workloads.ts';
import type { Note } from '../policy/index.ts';
import type { Store } from '../store/index.ts';

type Places = Pick<Store, 'place'>;

/**
 * An answer for people:
 *
 *   denied: web/front → shop/cart:8080 GET /carts
 *     mesh/policies.yaml:12:7 AuthorizationPolicy shop/cart spec.rules[0]: a rule denies it
 *     mesh/mtls.yaml:5:3 PeerAuthentication shop/default spec.mtls.mode: STRICT, and the caller uses mTLS
 */
export function showAnswer(places: Places, question: Question, answer: Answer, notes: readonly string[]): string {
  const verdict = answer.allowed ? pc.green('allowed') : pc.red('denied');
  const lines = [
    `${verdict}: ${callText(question, answer)}`,
    sentence(places, answer.origin, reasonText(answer)),
    ...(answer.reason === 'mtls-required' ? [] : [mtlsText(places, question, answer)]),
    ...(answer.decision?.notes ?? []).map((note) => sentence(places, note.by.origin, noteText(note))),
    ...[...answer.unseen.map((what) => `not looked at: ${what}`), ...notes].map(
      (text) => `${pc.yellow('note')} ${text}`,
    ),
  ];
  return lines.join('\n  ');
}

/** The same for machines. */
export function answerJson(places: Places, question: Question, answer: Answer, notes: readonly string[]): object {
  const { allowed, reason, origin, status, why, protocol, principal, mtls, isMtls, decision, unseen } = answer;
  return {
    allowed,
    reason,
    ...(why !== undefined && { why }),
    ...(status !== undefined && { status }),
    ...(origin && { by: originJson(places, origin) }),
    from: fromText(question),
    ...(principal !== undefined && { principal }),
    to: `${rowOf(question.to)}:${question.port.number}`,
    protocol,
    mtls: { mode: mtls.mode, used: isMtls, ...(mtls.origin && { by: originJson(places, mtls.origin) }) },
    notes: (decision?.notes ?? []).map(({ kind, by, provider }) => ({
      kind,
      ...(provider !== undefined && { provider }),
      by: originJson(places, by.origin),
    })),
    remarks: [...unseen, ...notes],
  };
}

export function originJson(places: Places, { object, path }: Origin): object {
  return { object: displayName(object), path, ...places.place(object, path) };
}

/** `mesh/policies.yaml:12:7 AuthorizationPolicy shop/cart spec.rules[0]`. */
export function originText(places: Places, { object, path }: Origin): string {
  const place = places.place(object, path);
  return [place && placeText(place), displayName(object), path].filter(Boolean).join(' ');
}

function placeText({ file, line, column }: Place): string {
  return `${file}:${line}:${column}`;
}

function sentence(places: Places, origin: Origin | undefined, text: string): string {
  return origin ? `${originText(places, origin)}: ${text}` : text;
}

const REASONS: Readonly<Record<Answer['reason'], string>> = {
  'no-policy': 'no policy says who may call it',
  allowed: 'this rule lets it in',
  denied: 'this rule denies it',
  'not-allowed': 'there are policies that let in, and no rule of them matches',
  'nobody-to-ask': 'this rule asks a provider, and that cannot be asked',
  'mtls-required': 'the port takes mTLS only, and the caller does not use it',
  'foreign-trust-domain': 'the handshake fails: that trust domain is neither that of this mesh nor one of its aliases',
  'bad-path': 'the proxy takes no such path',
  'bad-header': 'the proxy takes no header of such a name',
  'token-refused': 'the token is refused',
  'no-route': 'policies let it in, but the port has routes and none of them takes it',
  'broken-route': 'policies let it in, but what this rule asks for cannot be done',
};

function reasonText({ reason, status, why }: Answer): string {
  return `${why ?? REASONS[reason]}${status === undefined ? '' : ` (${status})`}`;
}

function noteText({ kind, provider }: Note): string {
  switch (kind) {
    case 'asked':
      return `${provider} is asked, and may still deny it`;
    case 'audited':
      return 'it is noted';
    case 'would-allow':
      return 'dry run: it would be let in';
    case 'would-deny':
      return 'dry run: it would be denied';
  }
}

/** At a gateway. */
const CLIENTS: Readonly<Record<Answer['mtls']['mode'], string>> = {
  strict: 'clients must show a certificate',
  permissive: 'clients may show a certificate',
  disable: 'clients show no certificate',
};

function mtlsText(places: Places, { to }: Question, { mtls, isMtls, principal }: Answer): string {
  const used = isMtls ? `the caller is ${principal}` : 'the caller has no identity';
  if (to.gateway !== undefined) {
    return sentence(places, mtls.origin, `${CLIENTS[mtls.mode]}, ${used}`);
  }
  const mode = mtls.mode.toUpperCase();
  return mtls.origin
    ? `${originText(places, mtls.origin)}: ${mode}, ${used}`
    : `mTLS is ${mode} (nobody said), ${used}`;
}

function callText(question: Question, { protocol }: Answer): string {
  const { http, to, port } = question;
  const request = protocol === 'http' && http ? ` ${http.method} ${http.path}` : ' TCP';
  return `${fromText(question)} → ${rowOf(to)}:${port.number}${request}`;
}

function fromText({ from, plaintext }: Question): string {
  if (!from) return 'somebody';
  const domain = from.trustDomain === undefined ? '' : ` of ${from.trustDomain}`;
  return `${from.namespace}/${from.serviceAccount}${domain}${plaintext ? ' (plaintext)' : ''}`;
}
