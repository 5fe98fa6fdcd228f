import { authorize } from '../../src/control-plane/authorize.ts';
import type { ControlPlane } from '../../src/control-plane/index.ts';
import { workloadsOf } from '../../src/control-plane/workloads.ts';
import { principalOf } from '../../src/lib/spiffe.ts';
import { type Call, type Decision, evaluate, type HttpCall, normalizePath } from '../../src/policy/index.ts';
import { changesOf } from '../../src/source/index.ts';
import { identityOf } from './authorization-call.ts';
import { placeOf, type Scene } from './authorization-scene.ts';
import type { StoryCall } from './authorization-story.ts';
import { load } from './corpus.ts';
import { differs } from './differs.ts';
import { SUSPECT } from './external-authorizer.ts';

/** What is said of calls without any proxy. */
export interface Offline {
  /** What is not as it was with a real Envoy, a sentence each. */
  readonly disagreements: (call: StoryCall, isAllowed: boolean) => readonly string[];
}

export function createOffline(scene: Scene): Offline {
  const controlPlane = load(changesOf([['mesh.yaml', scene.yaml]]));
  return {
    disagreements: (call, isAllowed) => [
      ...inEvaluation(call, isAllowed, scene, controlPlane),
      ...inAnswer(call, isAllowed, scene, controlPlane),
    ],
  };
}

/** `evaluate` is told all that a proxy knows of a call. */
function inEvaluation(call: StoryCall, isAllowed: boolean, scene: Scene, offline: ControlPlane): readonly string[] {
  const seen = seenBy(call, scene, offline);
  if (!seen) return [];
  const { port } = placeOf(call, scene.story);
  const id = scene.story.atGateway
    ? offline.policies.authorizationOf({ role: 'router', namespace: 'edge', labels: { app: 'edge' } }, undefined)
    : offline.policies.authorizationOf({ role: 'sidecar', namespace: 'shop', labels: { app: 'cart' } }, port);
  const decision = evaluate(offline.policies.authorization(id), seen);
  return [
    ...differs('evaluation', isAllowed, letsIn(decision, call)),
    ...differs('evaluation: asked', call.asked || call.unanswered, isAsked(decision)),
    ...differs('evaluation: noted', call.noted, decision.notes.find(({ kind }) => kind !== 'asked')?.kind),
  ];
}

/** The call as policies see it; undefined: a bad token, or a path that is none, is answered before. */
function seenBy(call: StoryCall, { story }: Scene, offline: ControlPlane): Call | undefined {
  const request = requestOf(call);
  const path = request && normalizePath(request.path, offline.mesh.config().pathNormalization);
  if (call.early || (request && path === undefined)) return undefined;
  const claims = typeof call.token === 'object' && !call.ignored ? listed(call.token) : undefined;
  const forwarded = call.headers['x-forwarded-for']?.split(',').at(-1)?.trim();
  const place = placeOf(call, story);
  return {
    http: request && { ...request, path: path!, claims },
    principal: call.as === undefined ? undefined : principalOf(identityOf(call.as)),
    sourceIp: call.from,
    // A gateway does not believe its clients.
    remoteIp: story.atGateway ? call.from : (forwarded ?? call.from),
    destinationIp: place.address,
    destinationPort: place.port,
    serverName: call.sni,
    metadata: call.metadata as Call['metadata'],
  };
}

function requestOf({ call, host, headers, token }: StoryCall): HttpCall | undefined {
  if (call === 'TCP') return undefined;
  const [method = '', path = ''] = call.split(' ');
  const lower = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
  return {
    method,
    path: path.replace('$TOKEN', 'token'),
    host,
    headers: Object.fromEntries(lower),
    claims: typeof token === 'object' ? token : undefined,
  };
}

/** Words between blanks, in those claims that are lists of them. */
function listed(claims: Readonly<Record<string, unknown>>): HttpCall['claims'] {
  const lists = Object.entries(claims).map(([name, value]) => [
    name,
    ['scope', 'permission', 'words'].includes(name) && typeof value === 'string' ? value.split(' ') : value,
  ]);
  return Object.fromEntries(lists);
}

/** `pharos authz`, as far as it can be asked: it knows workloads and their accounts, and believes that tokens are signed. */
function inAnswer(call: StoryCall, isAllowed: boolean, scene: Scene, offline: ControlPlane): readonly string[] {
  const cart = workloadsOf(offline).find(({ name }) => name === 'cart-1' || name === 'cart');
  const port = cart?.ports.find(({ number }) => number === placeOf(call, scene.story).port);
  const caller = call.as === undefined ? undefined : identityOf(call.as);
  if (scene.story.atGateway || !isAskable(call) || (caller && caller.trustDomain !== 'cluster.local')) return [];
  if (!cart || !port) throw new Error(`nobody knows of cart or its port: ${JSON.stringify(cart)}`);
  const answer = authorize(offline, {
    from: caller,
    to: cart,
    port,
    http: requestOf(call),
    sourceIp: call.from,
    plaintext: caller === undefined,
  });
  return differs('authz', isAllowed, answer.decision ? letsIn(answer.decision, call) : answer.allowed);
}

/** Signed by somebody else, expired, in another place, or no token at all: that is not for it to know. */
function isAskable({ token, signer, ignored, early, sni, metadata, call }: StoryCall): boolean {
  if (sni !== undefined || Object.keys(metadata).length > 0 || ignored) return false;
  if (token === undefined) return !early || call !== 'TCP';
  return typeof token === 'object' && signer !== 'stranger' && signer !== 'nobody' && !early;
}

/** Whoever is asked decides, too. */
function letsIn(decision: Decision, { headers, from, unanswered, is }: StoryCall): boolean {
  const isRefused = headers['x-check'] === 'deny' || from === SUSPECT || (unanswered && is !== 'allowed');
  return decision.allowed && !(isAsked(decision) && isRefused);
}

function isAsked({ reason, notes }: Pick<Decision, 'reason' | 'notes'>): boolean {
  return reason !== 'nobody-to-ask' && notes.some(({ kind }) => kind === 'asked');
}
